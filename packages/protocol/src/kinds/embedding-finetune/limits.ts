/** What an embedding job may ask for; forms and the request's schema share it. */
export const embeddingLimits = {
  epochs: { least: 1, most: 100, usual: 3 },
  /** Measured on all-MiniLM-L6-v2 (docs/federation.md); larger encoders were not. */
  learningRate: { usual: 3e-4 },
  /** Tokens of each text of a pair. */
  maxLength: { least: 16, most: 512, usual: 128 },
  /** With fewer, nearly every positive is among the first ten whatever was trained. */
  heldOutPairs: { least: 50, most: 10_000 },
} as const;

/** How far down the list of found positives a pair's own counts as found. */
export const recallAt = 10;

/** Positives of the held-out pairs that differ, at least: among fewer, nearly every one is found whatever was trained. */
export const leastDifferent = 2 * recallAt;

/** Pairs of a step, at most. */
export const mostPairsPerStep = 32;

/**
 * Pairs that one optimiser step of each contributor learns from: each is a wrong answer to the others, so that more of
 * them are a harder question, whoever computes it. Where pairs are few there are fewer, so that there are enough steps
 * and none meets itself in one.
 *
 * @param pairs of the smallest shard: `leastShard` or more
 */
export function pairsPerStep(pairs: number, epochs: number): number {
  const most = Math.min(mostPairsPerStep, pairs, (pairs * epochs) / 60);
  return 2 ** Math.floor(Math.log2(Math.max(leastShard, most)));
}

/** Pairs of the smallest shard at least: with fewer, a step has too few wrong answers. */
export const leastShard = 8;

/** Tokens of a pair at the worst: each of its two texts is padded to the longest of its step, whatever their mean. */
export function mostPairTokens({ maxLength }: { maxLength: number }): number {
  return 2 * maxLength;
}

/** Pairs to hold out of so many where the requester does not say: a tenth, or as many as can be measured by. */
export function heldOutPairs(pairs: number): number {
  return Math.max(embeddingLimits.heldOutPairs.least, Math.min(1_000, Math.round(pairs / 10)));
}
