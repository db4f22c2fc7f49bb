import {
  freeSlots,
  isContested,
  isDelivered,
  type JobView,
  type ProgressEvent,
  type SlotView,
  type TrainerEvent,
} from "@trainchain/protocol";
import {
  Cell,
  formatCompletionRate,
  HeaderCell,
  Progress,
  RelativeTime,
  Row,
  Table,
  TableBody,
  TableHead,
} from "@trainchain/ui";
import { mayJoin } from "../../parts/describe-job-state.ts";
import { PaidWork } from "../../parts/paid-work.tsx";
import { SlotBadge } from "../../parts/slot-badge.tsx";
import { SlotRating } from "./slot-rating.tsx";

/** Who works on the job: state, trustworthiness and, for its requester, live progress. */
export function SlotsTable({
  job,
  progress,
  isRequester,
}: {
  job: JobView;
  progress: ReadonlyMap<number, readonly ProgressEvent[]>;
  isRequester: boolean;
}) {
  const isRated = job.status === "completed";
  const mayRate = isRated && isRequester;
  const free = freeSlots(job);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {job.slots.length > 0 && (
        <Table caption="Contributors of this job">
          <TableHead>
            <HeaderCell>Wallet</HeaderCell>
            <HeaderCell>State</HeaderCell>
            <HeaderCell>Progress</HeaderCell>
            <HeaderCell>Completion rate</HeaderCell>
            <HeaderCell>Paid work</HeaderCell>
            {isRated && <HeaderCell>{mayRate ? "Your rating" : "Rating"}</HeaderCell>}
          </TableHead>
          <TableBody>
            {job.slots.map((slot) => (
              <Row key={`${slot.slot}/${slot.contributor}`}>
                <Cell className="font-mono text-xs">
                  {slot.contributor}
                  {slot.yours && <span className="font-sans"> (you)</span>}
                </Cell>
                <Cell label="State">
                  <SlotBadge slot={slot} jobStatus={job.status} />
                </Cell>
                <Cell label="Progress" className="min-w-48">
                  <SlotProgress slot={slot} latest={progress.get(slot.slot)?.at(-1)?.event} />
                </Cell>
                <Cell label="Completion rate">{formatCompletionRate(slot.completionRate)}</Cell>
                <Cell label="Paid work">
                  <PaidWork of={slot} />
                </Cell>
                {isRated && (
                  <Cell label={mayRate ? "Your rating" : "Rating"}>
                    {isDelivered(slot) && <SlotRating jobId={job.jobId} slot={slot.slot} mayRate={mayRate} />}
                  </Cell>
                )}
              </Row>
            ))}
          </TableBody>
        </Table>
      )}
      {mayJoin(job) && free > 0 ? (
        <p className="text-sm text-muted">
          {free} {free === 1 ? "slot is" : "slots are"} free.
        </p>
      ) : (
        job.slots.length === 0 && <p className="text-sm text-muted">Nobody joined.</p>
      )}
    </div>
  );
}

function SlotProgress({ slot, latest }: { slot: SlotView; latest: TrainerEvent | undefined }) {
  const event = latest ?? slot.progress?.event;
  if (isDelivered(slot)) return <span className="text-muted">done</span>;
  if (isContested(slot)) return <Contested slot={slot} />;
  if (slot.status !== "accepted") return <span className="text-muted">–</span>;
  const share = shareOf(event);
  return (
    <span className="grid gap-1">
      {share !== undefined && <Progress label={`Progress of ${slot.contributor}`} value={share} />}
      <span className="text-sm text-muted">
        {event ? describeEvent(event) : "no news yet"}
        {slot.deadline && (
          <>
            {" "}
            · due <RelativeTime at={slot.deadline} />
          </>
        )}
      </span>
    </span>
  );
}

/** Until when a refusal may be appealed, or waits for the referee's ruling. */
function Contested({ slot }: { slot: SlotView }) {
  const time = slot.status === "rejection-pending" ? "time for an appeal" : "the referee's time";
  return (
    <span className="text-sm text-muted">
      {time} ends {slot.deadline ? <RelativeTime at={slot.deadline} /> : "soon"}
    </span>
  );
}

function shareOf(event: TrainerEvent | undefined): number | undefined {
  if (event?.event === "step") return event.step / Math.max(1, event.steps);
  if (event?.event === "epoch") return event.epoch / Math.max(1, event.epochs);
  return undefined;
}

function describeEvent(event: TrainerEvent): string {
  switch (event.event) {
    case "step":
      return `step ${event.step} of ${event.steps}, loss ${event.loss.toFixed(3)}`;
    case "epoch":
      return `epoch ${event.epoch} of ${event.epochs}, accuracy ${Math.round(event.accuracy * 100)} %`;
    case "started":
      return `started on ${event.device}`;
    case "downloaded":
      return "has its data";
    case "model-loaded":
      return "the model is loaded";
    case "uploaded":
    case "submitted":
      return "uploaded, being submitted";
    case "failed":
      return `failed: ${event.message}`;
    default:
      return event.event;
  }
}
