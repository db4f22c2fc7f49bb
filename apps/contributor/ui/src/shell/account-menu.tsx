import { Button, Dialog, ErrorNotice, WalletAddress } from "@trainchain/ui";
import { useState } from "react";
import { createPortal } from "react-dom";
import { useAppState } from "../agent/live-state.ts";
import { send } from "../agent/request.ts";
import { useBrowserWallet } from "../wallet/use-wallet.ts";
import { useAction } from "./use-action.ts";

/** Which wallet works here, and how to stop working for it. */
export function AccountMenu() {
  const { wallet, platform } = useAppState();
  const connected = useBrowserWallet();
  const [open, setOpen] = useState(false);
  const leave = useAction(async () => {
    await send("DELETE", "session");
    await connected?.disconnect();
    setOpen(false);
  });
  if (!wallet) return null;
  const explorer = platform.config?.explorerUrl;
  return (
    <>
      <Button variant="ghost" size="small" onClick={() => setOpen(true)}>
        <span className="size-2 rounded-full bg-accent" aria-hidden="true" />
        <span className="sr-only">Account </span>
        <WalletAddress address={wallet.address} />
      </Button>
      {createPortal(
        <Dialog open={open} onClose={() => setOpen(false)} title="Account">
          <dl className="grid gap-3 text-sm">
            <div>
              <dt className="text-muted">Wallet</dt>
              <dd className="font-mono break-all">{wallet.address}</dd>
            </div>
            <div>
              <dt className="text-muted">Delegate key of this machine</dt>
              <dd className="font-mono break-all">{wallet.delegate || "being opened"}</dd>
              <dd className="text-muted">
                It can hand in work for slots that named it, and nothing else: it holds no money and moves
                none.
              </dd>
            </div>
            <div>
              <dt className="text-muted">Platform</dt>
              <dd className="break-all">
                {platform.apiUrl}
                {platform.config && ` · ${platform.config.chainName}`}
              </dd>
            </div>
            {explorer && (
              <div>
                <dt className="text-muted">Explorer</dt>
                <dd>
                  <WalletAddress address={wallet.address} href={`${explorer}/address/${wallet.address}`} />
                </dd>
              </div>
            )}
          </dl>
          {leave.error !== undefined && <ErrorNotice error={leave.error} />}
          <p className="text-sm text-muted">
            Signing out stops the work here after a checkpoint. It goes on when you sign in again; deadlines
            do not wait.
          </p>
          <Button variant="secondary" busy={leave.busy} onClick={leave.run}>
            Sign out
          </Button>
        </Dialog>,
        // Outside of the banner that the button is in: a dialog has a heading of its own.
        document.body,
      )}
    </>
  );
}
