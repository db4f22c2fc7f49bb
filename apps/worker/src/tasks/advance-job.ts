import { enqueueTask } from "@trainchain/db";
import { listReplays } from "@trainchain/db/replays";
import { findJobForWork, type JobForWork, listVerdicts } from "@trainchain/db/work";
import {
  awaitsRulings,
  nextMove,
  nextMoveAfterEnd,
  openJobOf,
  rejectBy,
  type TaskPayloads,
} from "@trainchain/protocol";
import { ofDelivery } from "../deliveries/of-delivery.ts";
import { repeatRejection } from "../deliveries/record-verdict.ts";
import type { WorkerDeps } from "../deps.ts";
import { requestEnforcement, requestExpiry, requestRelease, requestSettlement } from "./request-moves.ts";
import { wereCompared } from "./were-compared.ts";

/**
 * Makes the move that the escrow allows now in a job of ours: frees an overdue slot, lets a refusal take effect that
 * nobody contests any more, ends a job that cannot reach its minimum, or has a finished one merged. It keeps nothing in mind: whatever it asks for is asked for once,
 * so it may run at any time and any number of times. The chain's clock counts, not this machine's.
 */
export function createAdvanceJob(deps: WorkerDeps) {
  const { db, client, escrow, aggregator } = deps;

  return async (payload: TaskPayloads["advance-job"]): Promise<void> => {
    if (payload.escrow !== escrow) return;
    const found = await findJobForWork(db, { escrow, jobId: BigInt(payload.jobId) });
    if (!found || found.job.aggregator !== aggregator) return;
    const { timestamp } = await client.getBlock();
    const now = Number(timestamp);
    const job = openJobOf(found.job, found.slots);
    const isOpen = found.job.status === "open";
    const next = (isOpen ? nextMove : nextMoveAfterEnd)(job, now);
    if (next.move === "releaseSlot") await requestRelease(deps, found, next.contributor);
    if (next.move === "enforceRejection") await requestEnforcement(deps, found, next.contributor);
    // What was delivered is paid either way, so it is judged before, and while there is time to refuse it.
    if (next.move === "completeJob" || next.move === "expireJob")
      await enqueueMissing(deps, found, next.move, now);
    else if (isOpen && awaitsRulings(job, now)) await enqueueMissing(deps, found, "wait", now);
  };
}

/**
 * Every delivery has a verdict, and every refused one is rejected on chain while the escrow takes that, before the job
 * is ended.
 */
async function enqueueMissing(
  deps: WorkerDeps,
  found: JobForWork,
  move: "completeJob" | "expireJob" | "wait",
  now: number,
) {
  const { db } = deps;
  const { job, submissions } = found;
  const id = `${job.escrow}/${job.jobId}`;
  const payload = { escrow: job.escrow, jobId: job.jobId.toString() };
  const mayReject = now < rejectBy(job);
  const [verdicts, replays] = await Promise.all([listVerdicts(db, job), listReplays(db, job)]);
  let undecided = 0;
  let tooLate = 0;
  for (const submission of submissions) {
    const { status, contributor } = submission;
    if (status !== "submitted") continue;
    const verdict = ofDelivery(verdicts, submission);
    if (verdict?.verdict === "accepted") continue;
    if (verdict && !mayReject) {
      tooLate += 1;
      continue;
    }
    undecided += 1;
    // What waits for its training to be done again is looked at when that can be.
    const waits = ofDelivery(replays, submission)?.check === null;
    if (verdict) await repeatRejection(deps, verdict);
    else if (!waits)
      await enqueueTask(
        db,
        "verify-adapter",
        { ...payload, contributor },
        { key: `verify-adapter/${id}/${contributor}`, byClock: true },
      );
  }
  if (undecided > 0 || (move === "wait" && wereCompared(found, verdicts))) return;
  // What the referee reinstated, or the escrow lets nobody refuse any more, is paid and not merged.
  const isToMerge = tooLate === 0 && submissions.some(({ status }) => status === "submitted");
  if (isToMerge)
    await enqueueTask(db, "aggregate-adapters", payload, { key: `aggregate-adapters/${id}`, byClock: true });
  else if (move === "expireJob") await requestExpiry(deps, found);
  else if (move === "completeJob") await requestSettlement(deps, found, now);
}
