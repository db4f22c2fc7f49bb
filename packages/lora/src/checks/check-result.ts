import type { CheckName } from "../adapter-error.ts";

/** One check of one adapter, in words for its contributor and the requester. */
export interface CheckResult {
  readonly check: CheckName;
  readonly verdict: "passed" | "failed" | "skipped";
  readonly figure: number | null;
  readonly threshold: number | null;
  readonly message: string;
}

/** A figure as messages tell it. */
export const show = (figure: number) => figure.toFixed(2);

/** Cosine from an inner product and two squared norms; 0 where one of them is 0. */
export function cosineOf(inner: number, x: number, y: number): number {
  return x > 0 && y > 0 ? inner / Math.sqrt(x * y) : 0;
}
