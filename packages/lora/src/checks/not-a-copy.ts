import type { AdapterFigures } from "../measure-module.ts";
import { type CheckResult, cosineOf, show } from "./check-result.ts";

/**
 * 5: two contributors' honest work on different rows is hardly ever this alike, however the factors are rotated. The
 * figure is the cosine with the nearest sum of multiples of the earlier updates, so that an average of several
 * is found as surely as a copy of one.
 */
export function checkCopy(
  figures: AdapterFigures,
  i: number,
  withSpan: number,
  threshold: number,
  names: readonly string[],
): CheckResult {
  const n = names.length;
  if (i === 0) {
    const message = "The first adapter submitted has none before it to resemble.";
    return { check: "not-a-copy", verdict: "passed", figure: null, threshold, message };
  }
  const inner = (x: number, y: number) => figures.updates[x * n + y]!;
  const likeness = names
    .slice(0, i)
    .map((name, j) => ({ name, cosine: Math.abs(cosineOf(inner(i, j), inner(i, i), inner(j, j))) }));
  const closest = likeness.reduce((best, one) => (one.cosine > best.cosine ? one : best));
  const figure = Math.max(withSpan, closest.cosine);
  const failed = figure >= threshold;
  const alike = `cosine ${show(figure)} with the earlier updates, ${show(closest.cosine)} with that of ${closest.name}`;
  return {
    check: "not-a-copy",
    verdict: failed ? "failed" : "passed",
    figure,
    threshold,
    message: failed
      ? `The update copies others: ${alike}; below ${show(threshold)} is asked.`
      : `The update is its own (${alike}).`,
  };
}
