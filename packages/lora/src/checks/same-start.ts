import type { AdapterFigures } from "../measure-module.ts";
import { type CheckResult, cosineOf, show } from "./check-result.ts";
import type { Reach } from "./optimizer-reach.ts";

/**
 * 3: an adapter trained from this job's start still points along it; one of another job does not. Training moves each
 * value of A by about the sum of the rates at most, hardly along the start: of the cosine that leaves
 * |A0| / √(|A0|² + n·sum²). In a wide module, where the start's values are small, that is far less than 1, and still far
 * more than what chance gives the many values of another start.
 */
export function checkStart(
  figures: AdapterFigures,
  i: number,
  reach: Reach | undefined,
  share: number,
): CheckResult {
  const start = figures.initialA[i]!;
  const across = figures.sizeA[i]! * (reach?.rateSum ?? 0) ** 2;
  const threshold = start > 0 ? share * Math.sqrt(start / (start + across)) : share;
  const cosine = cosineOf(figures.withInitial[i]!, figures.ownA[i]!, figures.initialA[i]!);
  const failed = cosine < threshold;
  return {
    check: "same-start",
    verdict: failed ? "failed" : "passed",
    figure: cosine,
    threshold,
    message: failed
      ? `The adapter does not come from this job's initial adapter: cosine ${show(cosine)}, at least ${show(threshold)} is asked.`
      : `The adapter comes from this job's initial adapter (cosine ${show(cosine)}).`,
  };
}
