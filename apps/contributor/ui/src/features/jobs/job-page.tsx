import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import { factsOf, type JobOffer, kindWords, latestPayment } from "@trainchain/protocol";
import {
  Amount,
  buttonClasses,
  Card,
  EmptyState,
  ErrorNotice,
  formatSpan,
  Loading,
  Notice,
  RelativeTime,
  Skeleton,
  Stat,
  WalletAddress,
} from "@trainchain/ui";
import { useAppState } from "../../agent/live-state.ts";
import { offersQuery } from "../../agent/queries.ts";
import { Line } from "../../parts/line.tsx";
import { jobName, modelName } from "../../shell/format.ts";
import { Page } from "../../shell/page.tsx";
import { AcceptCard } from "./accept-card.tsx";
import { describeHistory } from "./jobs-page.tsx";
import { PermitCard } from "./permit-card.tsx";
import { PreflightCard } from "./preflight-card.tsx";
import { rowsOf } from "./select-offers.ts";

/** One open job: what it is, whether this machine can do it, and taking it. */
export function JobPage() {
  const { jobId } = useParams({ from: "/jobs/$jobId" });
  const { jobs, wallet } = useAppState();
  const { data, error, refetch } = useQuery({ ...offersQuery, enabled: Boolean(wallet?.delegate) });
  const offer = data?.items.find(({ job }) => job.jobId === jobId);
  const isOurs = jobs.some(({ record }) => record.jobId === jobId && record.state !== "missed");
  if (isOurs) return <Navigate to="/work/$jobId" params={{ jobId }} />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Loading label="Fetching the job">
        <Skeleton className="m-8 h-64" />
      </Loading>
    );
  if (!offer)
    return (
      <Page title={`Job ${jobId}`}>
        <EmptyState
          title="This job is no longer open"
          action={
            <Link to="/" className={buttonClasses("secondary")}>
              All open jobs
            </Link>
          }
        >
          Its slots were taken, its time to accept ran out, or there never was such a job.
        </EmptyState>
      </Page>
    );
  return <OpenJob offer={offer} />;
}

function OpenJob({ offer }: { offer: JobOffer }) {
  const { job, obstacle } = offer;
  const { terms, spec } = job;
  return (
    <Page
      title={jobName({ title: spec?.title, model: spec?.model.id })}
      lead={`${kindWords[job.kind].name}${spec?.title ? ` of ${modelName(spec.model.id)}` : ""}, job ${job.jobId}`}
      actions={
        <Link to="/" className={buttonClasses("secondary", "small")}>
          All open jobs
        </Link>
      }
    >
      {obstacle && <Notice tone="warning">{obstacle}</Notice>}
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[1fr_22rem]">
        <div className="grid min-w-0 gap-6">
          <Work offer={offer} />
          <PreflightCard job={job} />
        </div>
        <div className="grid gap-6">
          <Money offer={offer} />
          {terms.permitOnly && offer.permit === null && <PermitCard />}
          <AcceptCard offer={offer} />
        </div>
      </div>
    </Page>
  );
}

function Work({ offer }: { offer: JobOffer }) {
  const { platform } = useAppState();
  const { job, requesterHistory } = offer;
  const { terms, spec } = job;
  const explorer = platform.config?.explorerUrl;
  return (
    <Card title="The work">
      {spec?.description && <p className="mb-4 whitespace-pre-line break-words">{spec.description}</p>}
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Fact label="Your part">
          up to {rowsOf(offer).toLocaleString("en")} {kindWords[job.kind].examples}
        </Fact>
        <Fact label="Time to train">{formatSpan(terms.trainingPeriodSeconds)}</Fact>
        {spec &&
          factsOf(spec).map(([label, value]) => (
            <Fact key={label} label={label}>
              {value}
            </Fact>
          ))}
        <Fact label="Slots">
          {offer.freeSlots} of {terms.maxContributors} free
        </Fact>
        <Fact label="Closes">{terms.acceptBy ? <RelativeTime at={terms.acceptBy} /> : "without end"}</Fact>
        <Fact label="Requester">
          <WalletAddress address={job.requester} href={explorer && `${explorer}/address/${job.requester}`} />
          <span className="block text-muted">{describeHistory(requesterHistory)}</span>
        </Fact>
      </dl>
    </Card>
  );
}

function Money({ offer }: { offer: JobOffer }) {
  const { job, gasWei } = offer;
  const { terms } = job;
  const paidBy = latestPayment(terms);
  return (
    <Card title="The money">
      <dl className="mb-4">
        <Stat
          label="You are paid"
          value={<Amount wei={job.shareWei} withWorth />}
          note="for a delivery that is verified"
        />
      </dl>
      <dl className="grid gap-1 text-sm">
        <Line
          label={`Bond, returned with ${terms.bondBps === undefined ? "your delivery" : "the verdict on it"}`}
        >
          <Amount wei={terms.bondWei} withWorth />
        </Line>
        {offer.relayedUntil === null ? (
          <Line label="Gas for accepting, about">
            <Amount wei={gasWei} withWorth />
          </Line>
        ) : (
          <Line label="Gas for accepting">the platform pays</Line>
        )}
        <Line label="Gas for delivering">the platform pays</Line>
        {paidBy && (
          <Line label="Paid at the latest">
            <RelativeTime at={paidBy} />
          </Line>
        )}
        <Line label="Platform fee, taken from the stake">
          <Amount wei={job.feeWei} />
        </Line>
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="text-sm">
      <dt className="text-muted">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
