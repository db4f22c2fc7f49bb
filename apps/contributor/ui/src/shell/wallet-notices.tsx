import { Button, ErrorNotice, Notice, WalletAddress } from "@trainchain/ui";
import { useAppState } from "../agent/live-state.ts";
import { signIn } from "../wallet/sign-in.ts";
import { useBrowserWallet, useWalletNow } from "../wallet/use-wallet.ts";
import { useAction } from "./use-action.ts";

function titleOf({ code }: { code: string }): string {
  if (code === "wrong-network") return "The chain's node is of another network";
  if (code === "chain-unavailable") return "The chain's node cannot be reached";
  if (code === "conflict") return "The wallet's work cannot be opened";
  return "The platform cannot be reached";
}

/** What stands between the wallet and the work: ended login, other account, other network, platform out of reach. */
export function WalletNotices() {
  const { wallet, platform } = useAppState();
  const browserWallet = useBrowserWallet();
  const { address, chainId } = useWalletNow();
  const signInAgain = useAction(async (account: string) => {
    if (browserWallet) await signIn(browserWallet, account);
  });
  const switchNetwork = useAction(async () => browserWallet?.ensureNetwork());
  if (!wallet) return null;
  const isOtherAccount = address !== undefined && address.toLowerCase() !== wallet.address;
  const isOtherNetwork =
    chainId !== undefined && platform.config !== null && chainId !== platform.config.chainId;

  return (
    <div className="mx-auto grid w-full max-w-6xl gap-2 px-4 pt-4 empty:hidden sm:px-8">
      {platform.problem && (
        <Notice tone="warning" title={titleOf(platform.problem)}>
          <p className="first-letter:uppercase">
            {platform.problem.message}. {platform.problem.fix} It is tried again by itself; training goes on
            meanwhile.
          </p>
        </Notice>
      )}
      {!wallet.signedIn && !isOtherAccount && (
        <Notice
          tone="warning"
          title="Your login has ended"
          action={
            <Button
              size="small"
              variant="secondary"
              busy={signInAgain.busy}
              onClick={() => signInAgain.run(address ?? wallet.address)}
            >
              Sign in again
            </Button>
          }
        >
          Work that is under way goes on; handing it in and new jobs wait for you to sign in.
        </Notice>
      )}
      {isOtherAccount && (
        <Notice
          tone="warning"
          title="Your wallet has another account open"
          action={
            <Button
              size="small"
              variant="secondary"
              busy={signInAgain.busy}
              onClick={() => signInAgain.run(address)}
            >
              Work with this account
            </Button>
          }
        >
          <p>
            This app works for <WalletAddress address={wallet.address} />; the wallet shows{" "}
            <WalletAddress address={address} />. Switch it back to sign for jobs here.
          </p>
        </Notice>
      )}
      {isOtherNetwork && (
        <Notice
          tone="warning"
          title="Your wallet is on another network"
          action={
            <Button size="small" variant="secondary" busy={switchNetwork.busy} onClick={switchNetwork.run}>
              Switch to {platform.config?.chainName}
            </Button>
          }
        >
          Jobs are on {platform.config?.chainName}. Nothing can be signed on another network.
        </Notice>
      )}
      {signInAgain.error !== undefined && <ErrorNotice error={signInAgain.error} />}
      {switchNetwork.error !== undefined && <ErrorNotice error={switchNetwork.error} />}
    </div>
  );
}
