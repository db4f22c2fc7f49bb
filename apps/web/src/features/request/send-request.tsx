import { Button, ErrorNotice, Progress, WalletIcon } from "@trainchain/ui";
import { useSession } from "../../session/session-context.ts";
import { WalletFunds } from "./wallet-funds.tsx";

/** The end of a request's form: sends it, and shows how far that is. */
export function SendRequest({
  ready,
  missing,
  sending,
  sentShare,
  error,
  stakeWei,
}: {
  ready: boolean;
  /** What stands in the way, where it is not ready. */
  missing: string;
  sending: boolean;
  sentShare: number | undefined;
  error: Error | null;
  /** What the wallet will be asked for. */
  stakeWei: bigint;
}) {
  const { status, openConnect } = useSession();
  if (status !== "signed-in")
    return (
      <div className="flex flex-wrap items-center gap-4">
        <Button icon={<WalletIcon />} size="large" busy={status === "loading"} onClick={openConnect}>
          Connect wallet
        </Button>
        <p className="max-w-prose text-sm text-muted">
          A request belongs to a wallet: it stakes the reward and receives the result. What you filled in
          stays here.
        </p>
      </div>
    );
  return (
    <div className="grid gap-4">
      {error && <ErrorNotice title="The request was not sent" error={error} />}
      {sending && sentShare !== undefined && (
        <div className="grid gap-2">
          <p className="text-sm text-muted">
            {sentShare < 1
              ? `Uploading: ${Math.floor(sentShare * 100)} %. If this breaks off, choose the same file again: it goes on from there.`
              : "Uploaded. Asking for the job."}
          </p>
          <Progress label="Upload" value={sentShare} />
        </div>
      )}
      <WalletFunds stakeWei={stakeWei} />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" size="large" disabled={!ready} busy={sending}>
          Upload and prepare
        </Button>
        <p className="text-sm text-muted">
          {ready
            ? "Nothing is paid yet: you see the prepared job first, then your wallet asks you."
            : missing}
        </p>
      </div>
    </div>
  );
}
