import type { JobView } from "@trainchain/protocol";
import { formatPol } from "@trainchain/ui";

/** Fewer say nothing of a price. */
const leastJobs = 3;

/** The middle four fifths of what was paid, as a sentence; undefined where too little was. */
export function priceOf(jobs: readonly JobView[], modelId: string): string | undefined {
  const own = jobs.filter(({ spec }) => spec?.model.id === modelId);
  const [alike, words] = own.length >= leastJobs ? [own, "of this model"] : [jobs, "of this kind"];
  if (alike.length < leastJobs) return undefined;
  const shares = alike
    .map(({ shareWei }) => BigInt(shareWei))
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (part: number) => formatPol(shares[Math.round(part * (shares.length - 1))] ?? 0n, 4);
  const [low, high] = [at(0.1), at(0.9)];
  const paid = low === high ? `${low} POL` : `${low} to ${high} POL`;
  return `The last ${alike.length} jobs ${words} paid each contributor ${paid}.`;
}
