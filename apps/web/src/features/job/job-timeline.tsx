import { queryOptions, useQuery } from "@tanstack/react-query";
import { listAll } from "@trainchain/api-client";
import type { Page, TimelineEvent } from "@trainchain/protocol";
import { Amount, Card, ErrorNotice, ExternalLink, RelativeTime, Skeleton, Timeline } from "@trainchain/ui";
import type { ReactNode } from "react";
import { apiUrl } from "../../api/api-url.ts";
import { read } from "../../api/open-queries.ts";

/** All events of a job on chain. */
export const timelineQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["job", jobId, "timeline"],
    queryFn: () => listAll((query) => read<Page<TimelineEvent>>(`jobs/${jobId}/timeline`, query)),
  });

/** What happened on chain, oldest first, each step with its transaction. */
export function JobTimeline({ jobId, explorerUrl }: { jobId: string; explorerUrl: string | null }) {
  const { data, error, refetch } = useQuery(timelineQuery(jobId));
  return (
    <Card title="On the chain">
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-40" />}
      {data && (
        <Timeline
          label="Events of this job on the chain"
          steps={data.map((event, index) => ({
            key: `${event.transactionHash}/${event.event}/${index}`,
            title: titleOf(event),
            detail: (
              <>
                <TransactionLink hash={event.transactionHash} explorerUrl={explorerUrl} />
                <PublishedReason event={event} />
              </>
            ),
            aside: <RelativeTime at={event.at} />,
            state: failures.has(event.event) ? "failed" : "done",
          }))}
        />
      )}
    </Card>
  );
}

/** Events by which somebody's work, or its bond, was lost. */
const failures = new Set(["AdapterRejected", "RejectionEnforced", "SlotReleased"]);

function titleOf({ event, contributor, details }: TimelineEvent): ReactNode {
  const who = contributor ?? "A contributor";
  const amount =
    typeof details.amountWei === "string" ? <Amount wei={details.amountWei} decimals={6} /> : null;
  switch (event) {
    case "JobCreated":
      return "The reward was staked and the job opened";
    case "JobAccepted":
      return `${who} joined`;
    case "AdapterSubmitted":
      return `${who} delivered`;
    case "AdapterRejected":
      return `The delivery of ${who} was refused`;
    case "RejectionAppealed":
      return `${who} appealed against the refusal`;
    case "AppealRuled":
      return `The referee ${details.overturned === true ? "overturned" : "confirmed"} the refusal of ${who}`;
    case "RejectionEnforced":
      return `The refusal of ${who} took effect${details.burntWei === "0" ? "" : "; its bond was burned"}`;
    case "SlotReleased":
      return `${who} missed the deadline; the slot is free again`;
    case "DelegateChanged":
      return `${who} named another delegate`;
    case "JobCompleted":
      return (
        <>
          {who} was paid {amount}
        </>
      );
    case "JobClosed":
      return "The job was closed";
    case "PaymentDeferred":
      return <>{amount} waits to be withdrawn</>;
    case "Withdrawn":
      return <>{amount} was withdrawn</>;
    default:
      return event;
  }
}

/** Why a delivery was refused, as the chain names it: which check failed, and with what figures. */
function PublishedReason({ event: { details } }: { event: TimelineEvent }) {
  if (typeof details.reasonCid !== "string") return null;
  return (
    <>
      {" · "}
      <a
        href={`${apiUrl}/ipfs/${details.reasonCid}`}
        download="reason.json"
        className="underline decoration-edge/50 underline-offset-4 hover:decoration-current"
      >
        the published reason
      </a>
    </>
  );
}

function TransactionLink({ hash, explorerUrl }: { hash: string; explorerUrl: string | null }) {
  const short = <span className="font-mono text-xs">{`${hash.slice(0, 10)}…${hash.slice(-6)}`}</span>;
  if (!explorerUrl) return <span title={hash}>{short}</span>;
  return (
    <ExternalLink href={`${explorerUrl}/tx/${hash}`}>
      {short}
      <span className="sr-only"> on the block explorer, opens in a new tab</span>
    </ExternalLink>
  );
}
