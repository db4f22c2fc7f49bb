import { type JobView, kindOf, type ListModels } from "@trainchain/protocol";

/** Parameters of the block that preflight.py times: width 512, feed-forward 2048 (4·512² + 2·512·2048). */
const timedBlockParameters = 3_145_728;

/**
 * Seconds that training would take here at the worst: what it passes through parameters, at the pace of the timed
 * block. Up to about twice what it takes in the end (a bond is lost by too low a figure, a job missed by one too high),
 * and low for very small images. Null where the job or the machine gives nothing to reckon with.
 */
export async function estimateSeconds(
  listModels: ListModels,
  spec: JobView["spec"],
  timedTokensPerSecond: number,
): Promise<number | null> {
  if (!spec || timedTokensPerSecond === 0) return null;
  const uses = await kindOf(spec.kind).usesOf(spec, listModels);
  return uses === null ? null : Math.round(uses / (timedTokensPerSecond * timedBlockParameters));
}
