import { formatBytes } from "@trainchain/protocol";
import { Button, Card, formatSpan, Notice, Progress } from "@trainchain/ui";
import { useEffect, useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { send } from "../../agent/request.ts";
import { ResetButton } from "../../parts/reset-button.tsx";
import { useAction } from "../../shell/use-action.ts";
import { SetupLog } from "./setup-log.tsx";

const phases: Record<string, string> = {
  checking: "Looking at what is there",
  uv: "Fetching the installer",
  waiting: "Waiting for another installation",
  resolving: "Choosing the packages for this machine",
  downloading: "Downloading",
  installing: "Installing",
  proving: "Proving it: one training step on your device",
};

/** The first launch: what is being installed, how far it is, and what to do when it fails. */
export function SetupPage({ onLookAround }: { onLookAround: () => void }) {
  const { environment } = useAppState();
  const [showsLog, setShowsLog] = useState(false);
  const retry = useAction(() => send("POST", "setup", { action: "start" }));
  useEffect(() => {
    document.title = "Setting up · TrainChain contributor";
  }, []);

  return (
    <div className="mx-auto grid w-full max-w-2xl gap-6 px-4 py-12 sm:py-20">
      <header className="grid gap-2">
        <h1 className="text-2xl font-semibold sm:text-3xl">Setting up training environment</h1>
        <p className="text-muted">
          This happens once. TrainChain gets its own Python with everything that training needs, about 6 GB,
          in a folder of its own; nothing else on this machine is touched. You can leave it alone: it goes on
          by itself, also after a break.
        </p>
      </header>
      {environment.status === "failed" ? (
        <Notice
          tone="danger"
          title="The environment could not be set up"
          action={
            <Button size="small" busy={retry.busy} onClick={retry.run}>
              Retry
            </Button>
          }
        >
          <p className="break-words first-letter:uppercase">{environment.error.message}.</p>
          {environment.error.fix && (
            <p className="mt-1 break-words first-letter:uppercase">{environment.error.fix}</p>
          )}
        </Notice>
      ) : (
        <InstallCard />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant="secondary"
          size="small"
          aria-expanded={showsLog}
          onClick={() => setShowsLog(!showsLog)}
        >
          {showsLog ? "Hide the log" : "Show the log"}
        </Button>
        <Button variant="ghost" size="small" onClick={onLookAround}>
          Look around meanwhile
        </Button>
        {environment.status === "failed" && <ResetButton />}
      </div>
      {showsLog && <SetupLog />}
    </div>
  );
}

function InstallCard() {
  const { environment } = useAppState();
  if (environment.status !== "installing") return null;
  const { phase, message, doneBytes, totalBytes, secondsLeft } = environment;
  const share = totalBytes && doneBytes !== undefined ? doneBytes / totalBytes : undefined;
  return (
    <Card>
      <div className="grid gap-3" aria-live="polite">
        <div className="flex items-baseline justify-between gap-4">
          <p className="font-medium">{phases[phase] ?? phase}</p>
          {secondsLeft !== undefined && (
            <p className="text-sm text-muted">about {formatSpan(secondsLeft)} left</p>
          )}
        </div>
        <Progress value={share} label="Progress of the installation" className="h-2.5" />
        <div className="flex flex-wrap justify-between gap-x-4 text-sm text-muted">
          <p className="break-all">{message}</p>
          {totalBytes !== undefined && doneBytes !== undefined && (
            <p className="tabular-nums">
              {formatBytes(doneBytes)} of {formatBytes(totalBytes)}
            </p>
          )}
        </div>
      </div>
    </Card>
  );
}
