import type { AdapterJobForWork } from "@trainchain/db/work";
import { replayTerms, TrainChainError } from "@trainchain/protocol";

/**
 * That a platform which lost its evaluator since a job was prepared has waited for it until near the end of a delivery's
 * review: then what needs none is judged without.
 * @throws TrainChainError `environment-broken` before
 */
export function assertGivenUp(
  { job }: Pick<AdapterJobForWork, "job">,
  { submittedAt, timestamp }: { submittedAt: Date; timestamp: bigint },
): void {
  const age = Number(timestamp) - submittedAt.getTime() / 1_000;
  if (age < replayTerms.lastShare * job.reviewPeriodSeconds)
    throw new TrainChainError("environment-broken", "without an evaluator no delivery is measured", {
      fix: "Set up the evaluator as before: EVALUATOR_SOCKET or TRAINCHAIN_ENV_DIR.",
    });
}
