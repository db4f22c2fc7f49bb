import type { ApiClient } from "@trainchain/api-client";
import type { JobView } from "@trainchain/protocol";

/** Parameters of the block that preflight.py times: width 512, feed-forward 2048 (4·512² + 2·512·2048). */
const timedBlockParameters = 3_145_728;

/** Rows rarely fill the longest allowed sequence: instruction sets come to about half of it. */
const meanRowShare = 0.5;

/**
 * Seconds that training would take here: a token costs in proportion to the parameters it passes, as it did in the
 * timed block. An estimate within a factor of about two; it is there to refuse the hopeless. Null where the job or
 * the machine gives nothing to reckon with.
 */
export async function estimateSeconds(
  api: ApiClient,
  job: JobView,
  timedTokensPerSecond: number,
): Promise<number | null> {
  if (job.spec?.kind !== "llm-finetune" || timedTokensPerSecond === 0) return null;
  const { models } = await api.getConfig();
  const model = models.find(({ id }) => id === job.spec?.model.id);
  if (!model || !job.spec) return null;
  const rows = Math.max(...job.spec.shardRows);
  const tokens = rows * job.spec.epochs * job.spec.maxLength * meanRowShare;
  const tokensPerSecond = (timedTokensPerSecond * timedBlockParameters) / (model.parametersBillion * 1e9);
  return Math.round(tokens / tokensPerSecond);
}
