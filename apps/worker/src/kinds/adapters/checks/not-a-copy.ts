import { type CheckResult, defaultThresholds } from "@trainchain/protocol";

/** Mean losses on the rows that an adapter was trained on, in nats a token. */
export interface OwnRows {
  /** Where its training started. */
  start: number;
  /** Under the sum of the earlier adapters that is nearest to it. */
  nearest: number;
  own: number;
}

/**
 * How much of the improvement on its own rows comes from what an adapter adds to the nearest sum of the earlier ones,
 * over the share of its squared size that this is, 1 - cosine². Trained work adds about as much as its size says;
 * what was only made to look different adds nothing.
 */
export function ownGainOf({ start, nearest, own }: OwnRows, cosine: number): number {
  const improvement = start - own;
  return improvement > 0 ? (nearest - own) / improvement / (1 - cosine ** 2) : 0;
}

/** Check 5 of an adapter that is like earlier ones, once its losses on its own rows are known; other checks as they are. */
export function judgeOwnGain<Check extends CheckResult>(check: Check, losses: OwnRows): Check {
  if (check.check !== "not-a-copy") return check;
  const cosine = check.figure ?? 1;
  const gain = ownGainOf(losses, cosine);
  const least = defaultThresholds.ownGain;
  const alike = `cosine ${cosine.toFixed(2)} with the earlier updates`;
  const asked = `${gain.toFixed(2)} times what its size lets expect; at least ${least} is asked`;
  if (gain >= least)
    return {
      ...check,
      verdict: "passed",
      message: `The update is like others (${alike}), but its own: on its own rows it is better than they are, by ${asked}.`,
    };
  const message = `The update copies others: ${alike}, and what it adds helps on its own rows by ${asked}.`;
  return { ...check, message };
}
