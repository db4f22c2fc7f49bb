/**
 * Fewest characters a token stands for in the texts that people train on: English has about four, other languages and
 * code two to three.
 */
const charsPerToken = 2;

/** Most tokens that a chat template puts around a row: SmolLM2's puts 24 before it and a few between. */
const templateTokens = 64;

/**
 * Mean tokens of a row at the worst. Longer rows are cut, so their mean is never above the cut mean; where nothing is
 * known of their lengths, every row is as long as one may be.
 */
export function mostRowTokens({
  maxLength,
  meanRowChars,
}: {
  maxLength: number;
  meanRowChars?: number | undefined;
}): number {
  if (meanRowChars === undefined) return maxLength;
  return Math.min(maxLength, templateTokens + meanRowChars / charsPerToken);
}
