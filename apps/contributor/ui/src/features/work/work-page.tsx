import { Link } from "@tanstack/react-router";
import { type AgentJobView, agentJobHasEnded } from "@trainchain/protocol";
import {
  Amount,
  buttonClasses,
  EmptyState,
  Notice,
  NotifyButton,
  Progress,
  RelativeTime,
} from "@trainchain/ui";
import { useAppState } from "../../agent/live-state.ts";
import { takenByItself } from "../../parts/taken-by-itself.ts";
import { jobName } from "../../shell/format.ts";
import { Page } from "../../shell/page.tsx";
import { StateBadge } from "./state-badge.tsx";

/** Everything that this wallet took on here: at work, waiting, delivered, ended. */
export function WorkPage() {
  const { jobs, held } = useAppState();
  const underWay = jobs
    .filter(({ record }) => !agentJobHasEnded(record))
    .sort((a, b) => (a.place ?? 99) - (b.place ?? 99));
  const ended = jobs.filter(({ record }) => agentJobHasEnded(record));
  return (
    <Page
      title="My work"
      lead="One job trains at a time; the others wait for the machine, or for others to finish."
    >
      {held && underWay.length > 0 && <Notice tone="info">{held}</Notice>}
      {jobs.length === 0 && (
        <EmptyState
          title="No work yet"
          action={
            <Link to="/" className={buttonClasses()}>
              See the open jobs
            </Link>
          }
        >
          Jobs that you accept appear here, and go on by themselves after a restart.
        </EmptyState>
      )}
      {underWay.length > 0 && <NotifyButton>Tell me when one is paid or stops</NotifyButton>}
      <JobList title="Under way" jobs={underWay} />
      <JobList title="Ended" jobs={ended} />
    </Page>
  );
}

function JobList({ title, jobs }: { title: string; jobs: AgentJobView[] }) {
  if (jobs.length === 0) return null;
  return (
    <section className="grid gap-3">
      <h2 className="text-base font-semibold">{title}</h2>
      <ul className="grid gap-3">
        {jobs.map((job) => (
          <li key={job.record.jobId}>
            <JobCard job={job} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function JobCard({ job }: { job: AgentJobView }) {
  const { record, now } = job;
  const { jobId, facts, updatedAt } = record;
  const isTraining = record.state === "training" && facts.step !== undefined && facts.steps !== undefined;
  return (
    <article className="relative grid gap-2 rounded-card border border-line bg-surface p-5 shadow-card transition-colors hover:border-edge">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">
          <Link to="/work/$jobId" params={{ jobId }} className="after:absolute after:inset-0">
            {facts.model ? jobName(facts) : `Job ${jobId}`}
          </Link>
        </h3>
        <StateBadge job={job} />
        <span className="ml-auto font-medium">
          {facts.paidWei ? <Amount wei={facts.paidWei} /> : facts.shareWei && <Amount wei={facts.shareWei} />}
        </span>
      </div>
      <p className="text-sm text-muted">{now}</p>
      {isTraining && (
        <Progress value={(facts.step ?? 0) / (facts.steps ?? 1)} label={`Training of job ${jobId}`} />
      )}
      <p className="text-xs text-muted">
        {takenByItself(job) ?? `Job ${jobId},`} <RelativeTime at={updatedAt} />
      </p>
    </article>
  );
}
