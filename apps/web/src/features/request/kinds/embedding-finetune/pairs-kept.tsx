import { embeddingLimits, heldOutPairs, leastShard } from "@trainchain/protocol";
import { formatCount, Notice } from "@trainchain/ui";

/** Whether so many pairs can be split at all: each contributor has those of a smallest step. */
export function isEnough(pairs: number, contributors: number): boolean {
  return pairs - heldOutPairs(pairs) >= leastShard * contributors;
}

/** How many pairs are kept back and how many are trained on, before anything is sent. */
export function PairsKept({ pairs, contributors }: { pairs: number; contributors: number }) {
  if (pairs === 0) return null;
  const kept = heldOutPairs(pairs);
  if (!isEnough(pairs, contributors))
    return (
      <Notice tone="danger" title={`${formatCount(pairs)} pairs are too few`}>
        {embeddingLimits.heldOutPairs.least} are kept back to measure with, and each contributor needs{" "}
        {leastShard}.
      </Notice>
    );
  return (
    <p className="text-sm text-muted">
      {formatCount(kept)} pairs are kept back to measure with; {formatCount(pairs - kept)} are trained on
      {contributors > 1 && `, ${formatCount(Math.floor((pairs - kept) / contributors))} by each contributor`}.
    </p>
  );
}
