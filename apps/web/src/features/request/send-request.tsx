import { Button, ErrorNotice, Progress } from "@trainchain/ui";

/** The end of a request's form: sends it, and shows how far that is. */
export function SendRequest({
  ready,
  missing,
  sending,
  sentShare,
  error,
}: {
  ready: boolean;
  /** What stands in the way, where it is not ready. */
  missing: string;
  sending: boolean;
  sentShare: number | undefined;
  error: Error | null;
}) {
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
