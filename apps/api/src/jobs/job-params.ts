import type { JobKey } from "@trainchain/db/market";
import { addressSchema, jobIdSchema, TrainChainError } from "@trainchain/protocol";
import { z } from "zod";

/** `{jobId}` of a path. */
export const jobParams = z.object({ jobId: jobIdSchema });

/** A job of another contract, where the platform stood before or of its predecessor, is named by its `escrow` too. */
export const escrowQuery = z.object({ escrow: addressSchema.optional() });

export function unknownJob({ jobId }: Pick<JobKey, "jobId">): TrainChainError {
  return new TrainChainError("not-found", `there is no job ${jobId}`, {
    fix: "Look at the list of all jobs; a new one appears once its transaction is confirmed.",
    facts: { jobId: jobId.toString() },
  });
}

/** What is its requester's alone is not there for anybody else. */
export function notRequested({ jobId }: Pick<JobKey, "jobId">): TrainChainError {
  return new TrainChainError("not-found", `there is no job ${jobId} that this wallet requested`, {
    fix: "Sign in with the wallet that requested it.",
    facts: { jobId: jobId.toString() },
  });
}
