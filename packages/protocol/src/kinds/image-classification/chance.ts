/**
 * How unlikely a hit count must be for a model that knows nothing, before the model counts as trained: such a model
 * may always name the holdout's most frequent class and is then right with that class's share.
 */
export const chanceSignificance = 0.001;

/**
 * The least number of right answers among `images` that is better than chance: the smallest k for which a binomial
 * count of `images` trials at `chance` is k or more with a probability of at most `significance`. It exceeds `images`
 * where even a flawless model could not be told from luck.
 */
export function leastCorrect(images: number, chance: number, significance = chanceSignificance): number {
  if (chance >= 1) return images + 1;
  // Terms from the top down, in logarithms: single ones are far below the smallest double.
  let logTerm = images * Math.log(chance);
  let tail = 0;
  for (let k = images; k >= 0; k--) {
    tail += Math.exp(logTerm);
    if (tail > significance) return k + 1;
    logTerm += Math.log(k / (images - k + 1)) + Math.log((1 - chance) / chance);
  }
  return 0;
}
