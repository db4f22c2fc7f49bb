import { Link, useParams } from "@tanstack/react-router";
import { type AgentJobView, agentJobHasEnded, agentJobHasReached } from "@trainchain/protocol";
import { Amount, buttonClasses, Card, EmptyState, Notice, RelativeTime, Timeline } from "@trainchain/ui";
import { useAppState } from "../../agent/live-state.ts";
import { Line } from "../../parts/line.tsx";
import { takenByItself } from "../../parts/taken-by-itself.ts";
import { jobName } from "../../shell/format.ts";
import { Page } from "../../shell/page.tsx";
import { JobActions } from "./job-actions.tsx";
import { JobLog } from "./job-log.tsx";
import { jobSteps } from "./job-steps.ts";
import { StateBadge } from "./state-badge.tsx";
import { TrainingCard } from "./training-card.tsx";

/** One job at work: where it stands, what comes next and when, and what its owner can do. */
export function WorkJobPage() {
  const { jobId } = useParams({ from: "/work/$jobId" });
  const { jobs } = useAppState();
  const job = jobs.find(({ record }) => record.jobId === jobId);
  if (job) return <JobAtWork job={job} />;
  return (
    <Page title={`Job ${jobId}`}>
      <EmptyState
        title="This wallet has not worked on that job here"
        action={
          <Link to="/work" className={buttonClasses("secondary")}>
            My work
          </Link>
        }
      />
    </Page>
  );
}

function JobAtWork({ job }: { job: AgentJobView }) {
  const { held, confinement } = useAppState();
  const { record, now, next } = job;
  const { jobId, facts, state } = record;
  const hasTrained = agentJobHasReached(record, "training");
  const isWaiting = job.place === 0 && !agentJobHasReached(record, "trained");
  return (
    <Page
      title={facts.model ? jobName(facts) : `Job ${jobId}`}
      lead={facts.description || `Job ${jobId}`}
      actions={<JobActions job={job} />}
    >
      {facts.problem ? (
        <Notice tone="danger" title={now}>
          {next}
        </Notice>
      ) : (
        held && isWaiting && <Notice tone="info">{held}</Notice>
      )}
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[1fr_20rem]">
        <div className="grid min-w-0 gap-6">
          <Card title="Now" actions={<StateBadge job={job} />}>
            <div className="grid gap-1" aria-live="polite">
              <p className="text-lg font-medium">{now}</p>
              {takenByItself(job) && <p className="text-muted">{takenByItself(job)}</p>}
              {next && !facts.problem && <p className="text-muted">{localTimes(next)}</p>}
            </div>
            {agentJobHasEnded(record) && (
              <nav aria-label="From here" className="mt-4 flex flex-wrap gap-2">
                <Link to="/" className={buttonClasses("secondary", "small")}>
                  Take another job
                </Link>
                <Link to="/earnings" className={buttonClasses("secondary", "small")}>
                  What was earned
                </Link>
              </nav>
            )}
          </Card>
          {hasTrained && state !== "missed" && state !== "unfit" && <TrainingCard job={job} />}
          {hasTrained && <JobLog jobId={jobId} isLive={!agentJobHasEnded(record)} />}
        </div>
        <div className="grid gap-6">
          <Card title="From acceptance to payment">
            <Timeline label="Steps of the job" steps={jobSteps(record)} />
            <dl className="grid gap-2 text-sm">
              <Line label={facts.paidWei ? "Paid" : "Your share"}>
                <Amount wei={facts.paidWei ?? facts.shareWei ?? "0"} />
              </Line>
              {facts.bondWei && facts.bondWei !== "0" && (
                <Line label="Bond">
                  <Amount wei={facts.bondWei} />
                </Line>
              )}
              {facts.deadline && !agentJobHasReached(record, "submitted") && (
                <Line label="Deliver by">
                  <RelativeTime at={new Date(facts.deadline * 1000)} />
                </Line>
              )}
              {facts.paidBy && !agentJobHasEnded(record) && (
                <Line label="Paid at the latest">
                  <RelativeTime at={new Date(facts.paidBy * 1000)} />
                </Line>
              )}
            </dl>
          </Card>
          <Card title="Safety">
            <p className="text-sm text-muted">{confinement}</p>
          </Card>
        </div>
      </div>
    </Page>
  );
}

/** Moments in the agent's sentences are UTC; people read their own clock. */
function localTimes(sentence: string): string {
  return sentence.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (moment) =>
    new Date(moment).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }),
  );
}
