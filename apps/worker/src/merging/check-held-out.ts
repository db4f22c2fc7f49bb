import type { CheckResult } from "@trainchain/protocol";
import type { Measured } from "./measure-adapters.ts";

const skipped: CheckResult = {
  check: "held-out-loss",
  verdict: "skipped",
  figure: null,
  threshold: null,
  message: "The held-out loss was not measured.",
};

/** Check 6 of an adapter that has no loss: it is refused, and nobody is compared with it. */
export function unmeasurable(figure: Measured | undefined): CheckResult[] {
  if (!figure || !("unmeasured" in figure)) return [];
  return [
    { ...skipped, verdict: "failed", message: `The held-out loss cannot be measured: ${figure.unmeasured}.` },
  ];
}

/**
 * Acceptance check 6: an adapter improves the held-out loss by at least `share` of the job's median improvement.
 * Skipped where nothing was measured, and where the median adapter improves nothing: then there is no yardstick.
 */
export function checkHeldOut(
  base: number | undefined,
  losses: readonly (number | undefined)[],
  share: number,
): CheckResult[] {
  if (base === undefined) return losses.map(() => skipped);
  const improvements = losses.map((loss) => base - (loss ?? base));
  const middle = median(improvements);
  if (!(middle > 0))
    return losses.map(() => ({
      ...skipped,
      message: "The job's median adapter does not improve the held-out loss.",
    }));
  return improvements.map((improvement) => {
    const figure = improvement / middle;
    const passed = figure >= share;
    const times = `${figure.toFixed(2)} times the job's median improvement`;
    return {
      check: "held-out-loss",
      verdict: passed ? "passed" : "failed",
      figure,
      threshold: share,
      message: `The held-out loss improves by ${improvement.toFixed(3)}, ${times}${passed ? "" : `; at least ${share} is asked`}.`,
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 1 ? half : half - 1], sorted[half]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
