import type { ApiClient } from "@trainchain/api-client";
import { imageModels, type JobView } from "@trainchain/protocol";

/** Parameters of the block that preflight.py times: width 512, feed-forward 2048 (4·512² + 2·512·2048). */
const timedBlockParameters = 3_145_728;

/**
 * Fewest characters a token stands for in the texts that people train on: English has about four, other languages and
 * code two to three.
 */
const charsPerToken = 2;

/** Most tokens that a chat template puts around a row: SmolLM2's puts 24 before it and a few between. */
const templateTokens = 64;

/**
 * How often an image of 640 pixels a side uses each parameter of a classifier, where a token uses it once:
 * Ultralytics states 4.3 to 154.8 GFLOPs for 2.7 to 57.4 million parameters, two operations a use.
 */
const usesPerImage = 1_100;

/**
 * Seconds that training would take here at the worst: what it passes through parameters, at the pace of the timed
 * block. Up to about twice what it takes in the end (a bond is lost by too low a figure, a job missed by one too high),
 * and low for very small images. Null where the job or the machine gives nothing to reckon with.
 */
export async function estimateSeconds(
  api: ApiClient,
  job: JobView,
  timedTokensPerSecond: number,
): Promise<number | null> {
  const uses = await parameterUses(api, job);
  if (uses === null || timedTokensPerSecond === 0) return null;
  return Math.round(uses / (timedTokensPerSecond * timedBlockParameters));
}

async function parameterUses(api: ApiClient, { spec }: JobView): Promise<number | null> {
  if (!spec) return null;
  const examples = Math.max(...spec.shardRows) * spec.epochs;
  if (spec.kind === "image-classification") {
    const model = imageModels.find(({ id }) => id === spec.model.id);
    return model ? examples * model.parametersMillion * 1e6 * usesPerImage * (spec.imgsz / 640) ** 2 : null;
  }
  const { models } = await api.getConfig();
  const billions = models.find(({ id }) => id === spec.model.id)?.parametersBillion ?? null;
  return billions === null ? null : examples * mostRowTokens(spec) * billions * 1e9;
}

/**
 * Mean tokens of a row at the worst. Longer rows are cut, so their mean is never above the cut mean; where nothing is
 * known of their lengths, every row is as long as one may be.
 */
function mostRowTokens({
  maxLength,
  meanRowChars,
}: {
  maxLength: number;
  meanRowChars?: number | undefined;
}) {
  if (meanRowChars === undefined) return maxLength;
  return Math.min(maxLength, templateTokens + meanRowChars / charsPerToken);
}
