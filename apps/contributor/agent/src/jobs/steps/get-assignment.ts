import { type AssignmentView, TrainChainError } from "@trainchain/protocol";
import type { StepContext } from "../step-context.ts";

/**
 * The slot's assignment. The platform learns of a slot from the chain, a moment after the wallet does: until then it
 * knows of none, which is worth asking again.
 */
export async function getAssignment({ api, record }: StepContext): Promise<AssignmentView> {
  try {
    return await api.getAssignment(record().jobId);
  } catch (error) {
    if (!(error instanceof TrainChainError) || error.code !== "not-found") throw error;
    throw new TrainChainError("not-ready", "the platform has not seen the slot on chain yet", {
      cause: error,
    });
  }
}
