import type { JobView, PreflightReport, PreflightState } from "@trainchain/protocol";
import {
  Button,
  Card,
  CheckIcon,
  CloseIcon,
  ErrorNotice,
  formatSpan,
  Notice,
  Progress,
} from "@trainchain/ui";
import { useEffect, useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { send } from "../../agent/request.ts";
import { useAction } from "../../shell/use-action.ts";

/** Starting Python and loading torch come before the measurement. */
const startSeconds = 10;

/** Whether this machine can do the job in time; asked before anything is signed. */
export function PreflightCard({ job }: { job: JobView }) {
  const { preflights, environment } = useAppState();
  const preflight = preflights[job.jobId];
  const check = useAction((measureAgain: boolean) =>
    send("POST", `jobs/${job.jobId}/preflight`, { measureAgain }),
  );
  const isReady = environment.status === "ready";
  return (
    <Card title="Can this machine do it?">
      <div className="grid justify-items-start gap-4">
        {check.error !== undefined && <ErrorNotice error={check.error} />}
        <Finding preflight={preflight} isReady={isReady} />
        {/* One button throughout: whoever pressed it keeps the focus. */}
        <Button
          variant={preflight ? "secondary" : "primary"}
          size={preflight ? "small" : "medium"}
          busy={check.busy || preflight?.status === "running"}
          disabled={!isReady && !preflight}
          onClick={() => check.run(preflight?.status === "done")}
        >
          {preflight ? againNames[preflight.status] : "Check this machine"}
        </Button>
      </div>
    </Card>
  );
}

const againNames = { running: "Checking", failed: "Check again", done: "Measure again" } as const;

function Finding({ preflight, isReady }: { preflight: PreflightState | undefined; isReady: boolean }) {
  switch (preflight?.status) {
    case "running":
      return <Running preflight={preflight} />;
    case "done":
      return <Report report={preflight.report} />;
    case "failed":
      return (
        <Notice tone="danger" title="The check could not be made" className="w-full">
          {preflight.error.message}. {preflight.error.fix}
        </Notice>
      );
    default:
      return (
        <>
          <p className="text-sm text-muted">
            Memory, disk, cores and GPU are compared with what the job needs, and the machine's speed is
            measured for half a minute. Nothing is signed or promised by checking.
          </p>
          {!isReady && <p className="text-sm text-muted">The training environment has to be set up first.</p>}
        </>
      );
  }
}

function Running({ preflight }: { preflight: Extract<PreflightState, { status: "running" }> }) {
  const started = Date.parse(preflight.startedAt);
  const expected = preflight.benchmarkSeconds + startSeconds;
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsed((Date.now() - started) / 1000), 500);
    return () => clearInterval(timer);
  }, [started]);
  return (
    <div role="status" className="grid w-full gap-2">
      <p className="text-sm text-muted">
        {elapsed < startSeconds
          ? "Looking at memory, disk, cores and GPU."
          : `Measuring the speed for ${Math.round(preflight.benchmarkSeconds)} seconds.`}
      </p>
      <Progress value={Math.min(0.97, elapsed / expected)} label="Progress of the machine check" />
    </div>
  );
}

function Report({ report }: { report: PreflightReport }) {
  const { ok, reasons, machine, estimatedSeconds, allowedSeconds } = report;
  const needed = machine.checks.filter(({ required, ok: met }) => required > 0 || !met);
  return (
    <>
      {ok ? (
        <Notice tone="positive" title="This machine can do the job" className="w-full">
          {estimatedSeconds === null
            ? `The job allows ${formatSpan(allowedSeconds)}.`
            : `Training should take about ${formatSpan(estimatedSeconds)} on ${machine.deviceName}; the job allows ${formatSpan(allowedSeconds)}.`}
        </Notice>
      ) : (
        <Notice tone="danger" title="This machine cannot do the job" className="w-full">
          <ul className="list-disc pl-5">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      )}
      <ul className="grid gap-1.5 text-sm">
        {needed.map(({ need, ok: met, message }) => (
          <li key={need} className="flex items-start gap-2">
            <span className={met ? "text-accent-text" : "text-danger-text"}>
              {met ? <CheckIcon /> : <CloseIcon />}
            </span>
            <span>
              <span className="sr-only">{met ? "Met: " : "Not met: "}</span>
              <span className="inline-block first-letter:uppercase">{message}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
