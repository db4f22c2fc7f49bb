import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { pauseBefore } from "@trainchain/api-client";
import { type TrainChainError, wasDelivered } from "@trainchain/protocol";
import { dropBoundaries } from "../trainer/boundaries.ts";
import { workDir } from "../trainer/work-dir.ts";
import { hasEnded, hasReached, type JobRecord, type JobState } from "./job-record.ts";
import type { Step, StepContext } from "./step-context.ts";
import { awaitPayment } from "./steps/await-payment.ts";
import { awaitVerdict } from "./steps/await-verdict.ts";
import { fetchShard, sealedShardPath, sealedStartPath } from "./steps/fetch-shard.ts";
import { startPath } from "./steps/place-start.ts";
import { runPreflight } from "./steps/run-preflight.ts";
import { sealAdapter } from "./steps/seal-adapter.ts";
import { submitAdapter } from "./steps/submit-adapter.ts";
import { takeSlot } from "./steps/take-slot.ts";
import { train } from "./steps/train.ts";
import { uploadAdapter } from "./steps/upload-adapter.ts";
import { toFailure } from "./to-failure.ts";
import { isLost } from "./watch-slots.ts";

const maxPauseMs = 60_000;

/** What leads out of each state; end states have nothing. */
const steps: Partial<Record<JobState, Step>> = {
  discovered: async () => ({ to: "preflight" }),
  preflight: runPreflight,
  accepting: takeSlot,
  accepted: fetchShard,
  assigned: async () => ({ to: "training" }),
  training: train,
  trained: sealAdapter,
  sealed: uploadAdapter,
  uploaded: submitAdapter,
  submitted: awaitVerdict,
  verified: awaitPayment,
};

/** Runs the step that the job's state asks for. */
export async function runStep(context: StepContext): Promise<void> {
  const step = steps[context.record().state];
  if (!step) return;
  const { to, facts = {} } = await step(context);
  context.moveTo(to, facts);
}

/**
 * Leads a job on until it stands at `goal` or beyond, has ended, or cannot go on without a person (its record then
 * names the problem). What may work later is tried again, with growing pauses, for as long as the slot lasts.
 * @throws the abort reason when the agent stops.
 */
export async function runJob(context: StepContext, goal: JobState): Promise<JobRecord> {
  context.note({ problem: undefined, hindrance: undefined });
  for (let failures = 0; !hasEnded(context.record()) && !hasReached(context.record(), goal); ) {
    context.signal.throwIfAborted();
    const before = context.record().state;
    try {
      const mayBeOver = isOverdue(context.record()) || isCommitted(context.record());
      if (!mayBeOver || !(await closeOverdue(context))) await runStep(context);
      if (context.record().state !== before) failures = 0;
    } catch (error) {
      context.signal.throwIfAborted();
      const failure = toFailure(error, context.jobDir);
      // What is handed in has only to be waited for, and its states to be handed over when they are asked for.
      if (isFinal(failure) && !hasReached(context.record(), "submitted")) return stopWith(context, failure);
      failures++;
      const pauses = { firstMs: context.patience.retryMs, mostMs: maxPauseMs };
      const pauseMs = pauseBefore(failure, failures, pauses);
      // That the platform is a moment behind the chain is the course of things.
      if (failure.code !== "not-ready") context.hinder(failure);
      context.log(`${failure.message}; trying again in ${Math.ceil(pauseMs / 1000)} s`);
      await pause(pauseMs, undefined, { signal: context.signal });
    }
  }
  if (hasReached(context.record(), "submitted")) await clearWork(context.jobDir);
  if (hasEnded(context.record())) await dropBoundaries(context.jobDir);
  return context.record();
}

function isOverdue(record: JobRecord): boolean {
  const { deadline } = record.facts;
  const isOurs = hasReached(record, "accepted") && !hasReached(record, "submitted");
  return isOurs && deadline !== undefined && Date.now() / 1000 > deadline;
}

/** On chain, with its deadline kept, and still to be sent to the platform. */
function isCommitted(record: JobRecord): boolean {
  return record.facts.onChain === true && hasReached(record, "sealed") && !hasReached(record, "uploaded");
}

/**
 * Nothing more can come of a slot whose deadline passed without a submission on chain. This machine's clock only
 * raises the question: the chain's decides. What is on chain is still sent to the platform, until something is said of
 * it. Resolves with whether that settled it.
 */
async function closeOverdue({ escrow, record, moveTo }: StepContext): Promise<boolean> {
  const { jobId, facts } = record();
  const slot = await escrow.getSlot(jobId);
  const isToSend = facts.adapterCid !== undefined && !hasReached(record(), "uploaded");
  if (slot.status === "submitted" && isToSend) return false;
  // A node that is behind the others may still show a slot as accepted that is delivered.
  const wasOnChain = facts.onChain && slot.status !== "accepted";
  if (wasDelivered(slot) || wasOnChain) moveTo("submitted", {});
  else if (await isLost(escrow, slot)) moveTo("released", {});
  else return false;
  return true;
}

function isFinal({ mayRetry, facts }: TrainChainError): boolean {
  return facts.isFinal === true || (!mayRetry && facts.isFinal !== false);
}

function stopWith(context: StepContext, { code, message, fix }: TrainChainError): JobRecord {
  context.note({ problem: { code, message, fix }, hindrance: undefined });
  return context.record();
}

/** The rows, in plain in the trainer's folder and sealed beside it, are nobody's business once they were used. */
export async function clearWork(jobDir: string): Promise<void> {
  await rm(workDir(jobDir), { recursive: true, force: true });
  for (const path of [sealedShardPath, sealedStartPath, startPath]) await rm(path(jobDir), { force: true });
}
