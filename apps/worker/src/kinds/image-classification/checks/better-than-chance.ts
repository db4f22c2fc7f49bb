import {
  type CheckResult,
  chanceSignificance,
  type ImageEvaluation,
  leastCorrect,
  measuredImages,
} from "@trainchain/protocol";

/**
 * How a model did, from the table of true and named classes: what luck would reach, and from where it is better.
 *
 * @param holdoutRows images held out, of which the table has `rows`
 */
export function toEvaluation(
  { rows, correct, confusion }: { rows: number; correct: number; confusion: number[][] },
  holdoutRows: number,
): ImageEvaluation {
  const mostFrequent = Math.max(...confusion.map((row) => row.reduce((sum, count) => sum + count, 0)));
  const chance = mostFrequent / rows;
  return {
    holdoutRows,
    ...(rows < holdoutRows ? { measured: { rows } } : {}),
    correct,
    accuracy: correct / rows,
    chance: { accuracy: chance, significance: chanceSignificance, leastCorrect: leastCorrect(rows, chance) },
    confusion,
  };
}

/** Check 4: more right answers than a model that knows nothing would have, but for one time in a thousand. */
export function betterThanChance(evaluation: ImageEvaluation): CheckResult {
  const { holdoutRows, correct, accuracy, chance } = evaluation;
  const rows = measuredImages(evaluation);
  const passed = correct >= chance.leastCorrect;
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const which = rows < holdoutRows ? `${rows} judged of ${holdoutRows}` : `${rows}`;
  const counted = `${correct} of ${which} held-out images are named rightly (${share(accuracy)})`;
  const bound = `${chance.leastCorrect} are asked; always naming the most frequent class gives ${share(chance.accuracy)}`;
  return {
    check: "better-than-chance",
    verdict: passed ? "passed" : "failed",
    figure: accuracy,
    threshold: chance.leastCorrect / rows,
    message: passed ? `${counted}.` : `${counted}, no better than chance: ${bound}.`,
  };
}
