import { TrainChainError } from "@trainchain/protocol";
import type { JobFacts } from "../job-record.ts";

/** A trainer's exit code where a person must mend something, and where the same run may simply be started again. */
const userCanFix = 2;
const mayBeRetried = 75;

export interface Crash {
  error: TrainChainError;
  /** What the job's record has to keep. */
  facts: JobFacts;
}

/**
 * What the end of a trainer means that handed nothing over. A start that came further than every one before it
 * begins the count of crashes anew; a person's to mend, or one crash too many, is no longer tried again. What says
 * itself that it may be retried (a full disk, a hub that does not answer, a signal) is no crash.
 */
export function explainCrash(
  before: JobFacts,
  { error, reached, maxCrashes }: { error: TrainChainError; reached: number; maxCrashes: number },
): Crash {
  const { exitCode } = error.facts;
  // More memory comes by a person's hand; every other reason to try again passes by itself.
  const needsMemory = error.code === "hardware-insufficient";
  if (!needsMemory && (error.code === "disk-full" || exitCode === mayBeRetried)) return { error, facts: {} };
  const reachedBefore = before.reached ?? 0;
  const crashes = reached > reachedBefore ? 1 : (before.crashes ?? 0) + 1;
  const isFinal = needsMemory || exitCode === userCanFix || crashes >= maxCrashes;
  return {
    error: new TrainChainError(error.code, error.message, {
      fix:
        error.fix ??
        "See trainer.log in the job's folder, then start the agent again: it goes on from the checkpoint.",
      facts: { ...error.facts, isFinal },
      cause: error,
    }),
    facts: { crashes, reached: Math.max(reached, reachedBefore) },
  };
}
