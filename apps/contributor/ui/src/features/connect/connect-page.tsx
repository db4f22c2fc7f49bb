import { type BrowserWallet, WalletList } from "@trainchain/browser-wallet";
import { Card, CheckIcon, ErrorNotice, Notice, Spinner } from "@trainchain/ui";
import { useEffect, useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { useAction } from "../../shell/use-action.ts";
import { signIn } from "../../wallet/sign-in.ts";
import { useBrowserWallet } from "../../wallet/use-wallet.ts";

type Wallet = Parameters<BrowserWallet["connect"]>[0];

const promises = [
  "Your wallet stays in your browser, and so does its key.",
  "Nothing is accepted or paid without your wallet's signature, until you switch on in the settings that jobs are taken by themselves.",
  "A key of this machine hands in finished work; it can do nothing else, and you can revoke it.",
];

/** Wallet, network, signature: how a wallet comes to work on this machine. */
export function ConnectPage() {
  const { platform } = useAppState();
  const wallet = useBrowserWallet();
  useEffect(() => {
    document.title = "Connect · TrainChain contributor";
  }, []);
  return (
    <div className="mx-auto grid w-full max-w-xl gap-6 px-4 py-12 sm:py-20">
      <header className="grid gap-2">
        <h1 className="text-2xl font-semibold sm:text-3xl">Earn with your machine</h1>
        <p className="text-muted">
          Connect the wallet that is to be paid. You sign one message, which costs nothing and moves nothing.
        </p>
      </header>
      <Card>
        {platform.problem && !platform.config ? (
          <Notice tone="warning" title="The platform cannot be reached">
            {platform.problem.message}. It is tried again every few seconds.
          </Notice>
        ) : wallet ? (
          <WalletChoice wallet={wallet} />
        ) : (
          <p className="flex items-center gap-3 text-muted">
            <Spinner /> Reaching {platform.apiUrl}
          </p>
        )}
      </Card>
      <ul className="grid gap-2 text-sm text-muted">
        {promises.map((promise) => (
          <li key={promise} className="flex gap-2">
            <span className="text-accent-text">
              <CheckIcon />
            </span>
            {promise}
          </li>
        ))}
      </ul>
    </div>
  );
}

function WalletChoice({ wallet }: { wallet: BrowserWallet }) {
  const [chosen, setChosen] = useState<Wallet>();
  const connect = useAction(async (connector: Wallet) => {
    setChosen(connector);
    await signIn(wallet, await wallet.connect(connector));
  });
  return (
    <div className="grid gap-3">
      {connect.error !== undefined && (
        <ErrorNotice error={connect.error} onRetry={chosen && (() => void connect.run(chosen))} />
      )}
      <WalletList
        wallet={wallet}
        busyWith={connect.busy ? chosen : undefined}
        onChoose={(connector) => void connect.run(connector)}
      >
        Install one, such as MetaMask or Rabby, in the browser that this window belongs to. It appears here by
        itself.
      </WalletList>
      {connect.busy && (
        <p role="status" className="text-sm text-muted">
          Your wallet asks for an account, for the network of the jobs, and for a signature.
        </p>
      )}
    </div>
  );
}
