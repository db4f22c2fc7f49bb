import { moneyOf, whyBondRefused, whyNotAcceptable } from "../../escrow/acceptable-job.ts";
import { examineMachine } from "../../machine/examine-machine.ts";
import type { Move, StepContext } from "../step-context.ts";

/** What made a machine unfit may pass: another program held its memory, its disk was full, a hub did not answer. */
const unfitSeconds = 3_600;

/** Checks the machine against the job before anything is signed. */
export async function runPreflight(context: StepContext): Promise<Move> {
  const { jobId } = context.record();
  const job = await context.api.getJob(jobId);
  const permit = await context.permits.find(jobId);
  const reason = whyNotAcceptable(job, permit) ?? whyBondRefused(job, context.mostBondPercent);
  if (reason) return { to: "missed", facts: { reason } };

  const { ok, reasons, estimatedSeconds } = await examineMachine(context, job);
  const estimate = estimatedSeconds === null ? {} : { estimatedSeconds };
  const askAgainAt = Math.floor(Date.now() / 1_000) + unfitSeconds;
  if (!ok) return { to: "unfit", facts: { ...estimate, reason: reasons.join("; "), askAgainAt } };
  return { to: "accepting", facts: { ...estimate, ...moneyOf(job) } };
}
