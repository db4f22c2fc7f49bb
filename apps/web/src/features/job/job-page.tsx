import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ConfigView, freeSlots, type JobView, kindWords, TrainChainError } from "@trainchain/protocol";
import {
  Badge,
  Button,
  buttonClasses,
  Card,
  EmptyState,
  ErrorNotice,
  Later,
  Loading,
  Notice,
  NotifyButton,
  Skeleton,
  useNotification,
} from "@trainchain/ui";
import { Suspense } from "react";
import { configQuery, jobQuery } from "../../api/open-queries.ts";
import { useJobWatch } from "../../api/use-job-watch.ts";
import { describeJobState, mayJoin } from "../../parts/describe-job-state.ts";
import { titleOf } from "../../parts/job-title.ts";
import { NextStep } from "../../parts/next-step.tsx";
import { RunAgainLink } from "../../parts/run-again-link.tsx";
import { useSession } from "../../session/session-context.ts";
import { Page } from "../../shell/page.tsx";
import { JobFacts } from "./job-facts.tsx";
import { JobTimeline } from "./job-timeline.tsx";
import {
  FinishEarly,
  JobActions,
  LiveLoss,
  PaidDeliveries,
  TryResult,
  VerificationSection,
} from "./parts-when-signed-in.tsx";
import { ReceiptSection } from "./receipt-section.tsx";
import { SlotsTable } from "./slots-table.tsx";

const route = getRouteApi("/job/$jobId");

export default function JobPage() {
  const { jobId } = route.useParams();
  const job = useQuery(jobQuery(jobId));
  const config = useQuery(configQuery);
  // What is shown stays when a later answer fails.
  if (job.data && config.data) return <Job job={job.data} config={config.data} />;
  if (isUnknown(job.error)) return <NoSuchJob jobId={jobId} onLook={() => void job.refetch()} />;
  const failed = [job, config].find(({ error }) => error);
  return (
    <Page title={`Job ${jobId}`}>
      {failed ? (
        <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <Loading label="Loading the job">
          <Skeleton className="h-96" />
        </Loading>
      )}
    </Page>
  );
}

function isUnknown(error: Error | null): boolean {
  return error instanceof TrainChainError && (error.code === "not-found" || error.code === "invalid-input");
}

function NoSuchJob({ jobId, onLook }: { jobId: string; onLook: () => void }) {
  return (
    <Page title={`Job ${jobId}`}>
      <EmptyState
        title="There is no such job"
        action={
          <div className="flex flex-wrap justify-center gap-3">
            <Button variant="secondary" onClick={onLook}>
              Look again
            </Button>
            <Link to="/browse-jobs" className={buttonClasses()}>
              Open jobs
            </Link>
          </div>
        }
      >
        One that was just signed appears here once the chain has confirmed it.
      </EmptyState>
    </Page>
  );
}

function Job({ job, config }: { job: JobView; config: ConfigView }) {
  const { wallet } = useSession();
  const { progress, error } = useJobWatch(job.jobId);
  const state = describeJobState(job);
  const { text, tone } = state;
  const isRequester = wallet === job.requester;
  const isContributor = job.slots.some(({ yours }) => yours);
  const round = job.series ? `Round ${job.series.round} of ${job.series.rounds}. ` : "";
  const ended = job.status !== "open";
  useNotification(`Job ${job.jobId} · TrainChain`, text);
  return (
    <Page
      title={`Job ${job.jobId}`}
      state={state}
      lead={`${round}${titleOf(job)}`}
      actions={
        <>
          {isRequester && ended && job.spec && <RunAgainLink jobId={job.jobId} />}
          {!job.own && <Badge tone="warning">Not one of this platform’s jobs</Badge>}
          <Badge tone={tone}>{text}</Badge>
        </>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        <Notice
          tone={ended ? "neutral" : "info"}
          title={ended ? "How it ended" : "What happens next"}
          action={job.series && <OtherRound series={job.series} />}
        >
          <NextStep of={job.nextStep} />
        </Notice>
        {error && <ErrorNotice title="Live updates stopped" error={error} />}
        {!ended && (isRequester || isContributor) && (
          <NotifyButton>Tell me when its state changes</NotifyButton>
        )}
        <Suspense>{isRequester && <FinishEarly job={job} />}</Suspense>
        <Card title="Contributors">
          <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
            <SlotsTable job={job} progress={progress} isRequester={isRequester} />
            <Suspense>
              {(isRequester || isContributor) && <LiveLoss job={job} progress={progress} />}
            </Suspense>
            {!isRequester && !isContributor && mayJoin(job) && freeSlots(job) > 0 && (
              <Link to="/contributor" className={`${buttonClasses("secondary")} justify-self-start`}>
                Train it on your machine
              </Link>
            )}
          </div>
        </Card>
        <Suspense>{wallet && <JobActions job={job} isRequester={isRequester} />}</Suspense>
        <Later placeholder={<Skeleton className="h-dvh" />}>
          {job.resultCid && <ReceiptSection job={job} isRequester={isRequester} />}
          <Suspense>
            {isRequester && ended && !job.resultCid && <PaidDeliveries job={job} />}
            {isRequester && kindWords[job.kind].answers && job.resultCid && <TryResult jobId={job.jobId} />}
            {(isRequester || isContributor) && job.spec && <VerificationSection jobId={job.jobId} />}
          </Suspense>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-2">
            <JobFacts job={job} config={config} />
            <JobTimeline jobId={job.jobId} explorerUrl={config.explorerUrl} />
          </div>
        </Later>
      </div>
    </Page>
  );
}

/** In a series of rounds: to the one that follows, or to its draft as long as it is not paid. */
function OtherRound({ series }: { series: NonNullable<JobView["series"]> }) {
  const { round, rounds, nextDraftId, nextJobId } = series;
  const look = buttonClasses("secondary", "small");
  if (nextDraftId !== null)
    return (
      <Link to="/draft/$draftId" params={{ draftId: nextDraftId }} className={look}>
        Look at round {round + 1} of {rounds} and sign
      </Link>
    );
  if (nextJobId === null) return null;
  return (
    <Link to="/job/$jobId" params={{ jobId: nextJobId }} className={look}>
      Open round {round + 1} of {rounds}
    </Link>
  );
}
