import { useQuery } from "@tanstack/react-query";
import { type BrowserWallet, WalletList } from "@trainchain/browser-wallet";
import { Dialog, ErrorNotice, ExternalLink, Loading, Spinner } from "@trainchain/ui";
import { useEffect, useRef, useState } from "react";
import { api } from "../api/api.ts";
import { loadWallet } from "./load-wallet.ts";
import { useSession } from "./session-context.ts";

type Wallet = Parameters<BrowserWallet["connect"]>[0];
type Step = "choose" | "connecting" | "network" | "signing";

const waiting: Record<Exclude<Step, "choose">, { title: string; text: string }> = {
  connecting: { title: "Choose an account", text: "Your wallet asks which account to use here." },
  network: { title: "Switch the network", text: "Your wallet asks to switch to the network of the jobs." },
  signing: {
    title: "Sign in",
    text: "Your wallet asks for a signature. It proves the account is yours and costs nothing.",
  },
};

const prominent = "font-medium underline underline-offset-4";

/**
 * Wallet, network, signature: the three questions between a visitor and a session. Where `isAsked` for, and there is one
 * wallet alone, the first is answered: it is asked at once.
 */
export default function ConnectDialog({ isAsked, onClose }: { isAsked: boolean; onClose: () => void }) {
  const { data: connection, error } = useQuery({
    queryKey: ["wallet"],
    queryFn: loadWallet,
    staleTime: Infinity,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Connect your wallet"
      description="Your account is your wallet's address. No password, no e-mail."
    >
      {error ? (
        <ErrorNotice error={error} />
      ) : connection ? (
        <Steps connection={connection} isAsked={isAsked} />
      ) : (
        <Loading label="Looking for wallets">
          <Spinner />
        </Loading>
      )}
    </Dialog>
  );
}

function Steps({ connection, isAsked }: { connection: BrowserWallet; isAsked: boolean }) {
  const { completeSignIn } = useSession();
  const [step, setStep] = useState<Step>("choose");
  const [chosen, setChosen] = useState<Wallet>();
  const [error, setError] = useState<unknown>();
  const isOpened = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: opening the dialog asks, once; nothing that changes does
  useEffect(() => {
    if (isOpened.current) return;
    isOpened.current = true;
    const [only, ...others] = connection.wallets();
    if (isAsked && only && others.length === 0) void signIn(only);
  }, []);

  async function signIn(wallet: Wallet) {
    setChosen(wallet);
    setError(undefined);
    try {
      setStep("connecting");
      const address = await connection.connect(wallet);
      setStep("network");
      await connection.ensureNetwork();
      setStep("signing");
      const session = await api.signIn(
        { address, signMessage: ({ message }) => connection.signMessage(message) },
        { domain: window.location.host },
      );
      completeSignIn(session);
    } catch (thrown) {
      setError(thrown);
      setStep("choose");
    }
  }

  if (step !== "choose") {
    return (
      <div role="status" className="flex items-center gap-4 rounded-control bg-sunken p-4">
        <Spinner size={24} />
        <div>
          <p className="font-medium">{waiting[step].title}</p>
          <p className="text-sm text-muted">{waiting[step].text}</p>
        </div>
      </div>
    );
  }
  return (
    <div className="grid gap-3">
      {error !== undefined && <ErrorNotice error={error} onRetry={chosen && (() => void signIn(chosen))} />}
      <WalletList wallet={connection} onChoose={(wallet) => void signIn(wallet)}>
        {isPhone() && <OpenInWallet />}
        <p>
          Install one, such as{" "}
          <ExternalLink className={prominent} href="https://metamask.io/download">
            MetaMask
          </ExternalLink>{" "}
          or{" "}
          <ExternalLink className={prominent} href="https://rabby.io">
            Rabby
          </ExternalLink>
          , then come back: it appears here by itself.
        </p>
      </WalletList>
      <p className="text-sm text-muted">
        You will sign one message. It moves no money and gives no permission to move any.
      </p>
    </div>
  );
}

function isPhone(): boolean {
  return /Android|iPhone|iPad|Mobile/i.test(navigator.userAgent);
}

/** On a phone a wallet is an app with a browser of its own: this page opens there. */
function OpenInWallet() {
  const page = `${location.host}${location.pathname}${location.search}`;
  const address = encodeURIComponent(location.href);
  return (
    <p className="mb-3">
      On a phone, open this page inside your wallet:{" "}
      <ExternalLink className={prominent} href={`https://link.metamask.io/dapp/${page}`}>
        MetaMask
      </ExternalLink>
      ,{" "}
      <ExternalLink
        className={prominent}
        href={`https://link.trustwallet.com/open_url?coin_id=966&url=${address}`}
      >
        Trust Wallet
      </ExternalLink>{" "}
      or{" "}
      <ExternalLink className={prominent} href={`https://go.cb-w.com/dapp?cb_url=${address}`}>
        Coinbase Wallet
      </ExternalLink>
      .
    </p>
  );
}
