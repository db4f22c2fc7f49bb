import type { AdapterFigures } from "../measure-module.ts";
import { type CheckResult, show } from "./check-result.ts";

/** How far the job's optimiser can have moved a value of one adapter, and how far it must have. */
export interface Reach {
  /** Sum of the learning rates of the steps that its contributor was to take. */
  readonly rateSum: number;
  /** Least distance of the farthest value of B from its start, and the greatest of any value, over that sum. */
  readonly least: number;
  readonly most: number;
}

/**
 * 4: AdamW divides each step by the size of recent gradients (Kingma and Ba, arXiv:1412.6980, section 2.1), so that it
 * goes as far as the learning rates, and somewhat farther where gradients grow: the farthest value tells work that was
 * scaled up or made up. The factors of a module change together: what keeps B from moving is hardly any training. A
 * does not move while B is 0, so only B must.
 */
export function checkReach(figures: AdapterFigures, i: number, reach: Reach | undefined): CheckResult {
  const check = "optimizer-reach";
  if (!reach) {
    const message = "How far the job's optimiser goes is not known here.";
    return { check, verdict: "skipped", figure: null, threshold: null, message };
  }
  const { rateSum, least, most } = reach;
  const b = figures.movedB[i]! / rateSum;
  const farthest = Math.max(b, figures.movedA[i]! / rateSum);
  if (farthest > most) {
    const message = `A value lies ${show(farthest)} times as far from its start as the job's learning rates come to; training moves none by more than ${show(most)}.`;
    return { check, verdict: "failed", figure: farthest, threshold: most, message };
  }
  const failed = b === 0 || b < least;
  const moved = `The farthest value of B moved by ${show(b)} of what the job's learning rates come to`;
  const message = failed ? `${moved}, at least ${show(least)} is asked: it was hardly trained.` : `${moved}.`;
  return { check, verdict: failed ? "failed" : "passed", figure: b, threshold: least, message };
}
