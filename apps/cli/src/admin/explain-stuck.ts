import type { StuckFacts } from "@trainchain/db/operations";

export interface Stuck {
  subject: string;
  sinceSeconds: number;
  reason: string;
  fix: string;
}

const workerRuns =
  "See that the worker runs (/readyz of its MONITOR_PORT) and what its log says of this jobId.";

/** Why nothing moves, and what an operator can do. */
export function explainStuck(facts: StuckFacts): Stuck {
  const subject = facts.jobId ? `job ${facts.jobId}` : `draft ${facts.draftId}`;
  return { subject, sinceSeconds: facts.sinceSeconds, ...explanations[facts.awaited](facts) };
}

type Explain = (facts: StuckFacts) => { reason: string; fix: string };

const explanations: Record<StuckFacts["awaited"], Explain> = {
  preparation: () => ({
    reason: "its dataset was uploaded and is not prepared yet",
    fix: "See that the worker runs and what its log says of this draftId; the disk may be full.",
  }),
  release: ({ subject }) => ({
    reason: `the ${subject} is past its deadline and not released`,
    fix: `${workerRuns} Anybody may release it: trainchain job release JOB WALLET.`,
  }),
  verification: ({ subject }) => ({
    reason: `the ${subject} has no verdict`,
    fix: `${workerRuns} Storage may be out of reach: trainchain doctor.`,
  }),
  completion: () => ({
    reason: "everything that can be delivered is delivered, and the job is not completed",
    fix: `${workerRuns} After its review period anybody may settle it: trainchain job settle JOB.`,
  }),
  expiry: () => ({
    reason: "too few have delivered, nobody still can, and the job is not expired",
    fix: `${workerRuns} Anybody may expire it: trainchain job expire JOB.`,
  }),
  transaction: ({ subject, error }) => ({
    reason: `${verbOf(subject)}: ${error}`,
    fix: fixOfTransaction(error ?? ""),
  }),
  task: ({ subject, error }) => ({
    reason: `the task ${verbOf(subject)} failed: ${error}`,
    fix: "It is tried again by itself, ever later; the worker's log has the whole error under this jobId.",
  }),
  failure: ({ jobId, subject, error }) => ({
    reason: `the task ${verbOf(subject)} failed for good: ${error}`,
    fix: `Mend the cause, which the worker's log has in full; then: trainchain admin jobs --retry ${jobId}.`,
  }),
};

function verbOf(subject: string | null): string {
  return subject?.split("/")[0] ?? "a transaction";
}

function fixOfTransaction(error: string): string {
  if (/not (sent|mined) yet/.test(error))
    return "Fund the aggregator's wallet if it is empty, and see that RPC_URL answers: trainchain doctor.";
  return "The escrow refused it; it is asked for again while it is owed. A refusal that stays is in the worker's log.";
}
