import { useQuery } from "@tanstack/react-query";
import { Button, buttonClasses, Card } from "@trainchain/ui";
import { useState } from "react";
import { useLive } from "../../agent/live-state.ts";
import { logQuery } from "../../agent/queries.ts";
import { LogView } from "../../shell/log-view.tsx";

/** What the trainer says, on demand: its last lines here, all of it as a file. */
export function JobLog({ jobId, isLive }: { jobId: string; isLive: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const { log } = useLive();
  const messages = log.filter(({ source }) => source === jobId).map(({ line }) => line);
  return (
    <Card
      title="Log"
      actions={
        <div className="flex gap-2">
          <a href={`/api/jobs/${jobId}/log?whole`} download className={buttonClasses("ghost", "small")}>
            Download
          </a>
          <Button variant="secondary" size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide" : "Show"}
          </Button>
        </div>
      }
    >
      {isOpen ? (
        <OpenLog jobId={jobId} isLive={isLive} messages={messages} />
      ) : (
        <p className="text-sm text-muted">The trainer's own words.</p>
      )}
    </Card>
  );
}

function OpenLog({ jobId, isLive, messages }: { jobId: string; isLive: boolean; messages: string[] }) {
  const { data = "" } = useQuery({ ...logQuery(jobId), refetchInterval: isLive ? 2_000 : false });
  return (
    <div className="grid gap-3">
      {messages.length > 0 && <LogView label="What the app says" text={messages.join("\n")} />}
      <LogView label="Trainer's log" text={data} />
    </div>
  );
}
