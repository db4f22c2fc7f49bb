import { AdapterError } from "../adapter-error.ts";
import { assertMergeable, type MergeInput, sharesOf } from "./merge-adapters.ts";
import { type MergeResult, type MergeTerm, mergeTerms, type ResultOptions } from "./merge-terms.ts";

/** An adapter written by an earlier round, with the alpha it is loaded with. */
export interface RoundAdapter {
  readonly file: string;
  readonly rank: number;
  readonly alpha: number;
}

export interface RoundOptions extends Omit<ResultOptions, "method"> {
  /** What the contributors made of the round's start. */
  readonly adapters: readonly MergeInput[];
  /** Where they started; left out in the first round, whose start changes nothing. */
  readonly start?: RoundAdapter;
  /** The earlier rounds' momentum, as this function wrote it; left out in the first round. */
  readonly momentum?: RoundAdapter;
  /** 0 ≤ momentum < 1, rate > 0. Momentum 0 with rate 1 is the plain mean. */
  readonly outer: { readonly momentum: number; readonly rate: number };
  readonly method?: "svd" | "exact";
  /** Where this round's momentum goes, if another round follows; none is written when `outer.momentum` is 0. */
  readonly momentumOut?: { readonly folder: string; readonly rank: number | "auto" };
}

export interface RoundResult {
  /** The next round's start, or the job's result. */
  readonly next: MergeResult;
  readonly momentum?: MergeResult;
}

/**
 * Nesterov's outer step between two rounds (DiLoCo: Douillard et al., arXiv:2311.08105). With the round's start S,
 * the contributors' updates ΔW_i, clip factors k_i and the earlier momentum V:
 *
 *     D = Σ p_i k_i (ΔW_i − S),   V' = μ V + D,   next = S + η (D + μ V').
 *
 * Both are linear combinations of adapters, so they are computed as every merge is: stacked, with signed weights.
 * The differences are exact to about 1e-7 of the terms' size: F32 factors carry no more.
 * @throws AdapterError when an adapter is malformed or the outer step's factors are out of range
 */
export async function mergeRound(options: RoundOptions): Promise<RoundResult> {
  const { adapters, outer, momentumOut, ...result } = options;
  assertMergeable(adapters, "svd");
  assertOuter(outer);
  const next = await mergeTerms(nextTerms(options), result);
  if (!momentumOut || outer.momentum === 0) return { next };
  const { modules, baseModel, threads } = options;
  const { folder, rank } = momentumOut;
  const written = await mergeTerms(momentumTerms(options), {
    modules,
    baseModel,
    threads,
    rank,
    out: folder,
  });
  return { next, momentum: written };
}

/** S + η (D + μ (μ V + D)) by adapter. The start's own factor is 0, not almost 0, for a plain mean. */
function nextTerms({ adapters, start, momentum, outer }: RoundOptions): MergeTerm[] {
  const factor = outer.rate * (1 + outer.momentum);
  const clippedAway = weightedClips(adapters, (clip) => 1 - clip);
  return combined([
    ...contributed(adapters, factor),
    term(start, 1 - factor + factor * clippedAway),
    term(momentum, outer.rate * outer.momentum ** 2),
  ]);
}

/** V' = μ V + D by adapter. */
function momentumTerms({ adapters, start, momentum, outer }: RoundOptions): MergeTerm[] {
  return combined([
    ...contributed(adapters, 1),
    term(start, -weightedClips(adapters, (clip) => clip)),
    term(momentum, outer.momentum),
  ]);
}

function contributed(adapters: readonly MergeInput[], factor: number): MergeTerm[] {
  const shares = sharesOf(adapters);
  return adapters.map(({ file, rank }, i) => {
    const { weight, scale } = shares[i]!;
    return { file, rank, share: { weight: weight * factor, scale } };
  });
}

function term(adapter: RoundAdapter | undefined, weight: number): MergeTerm | undefined {
  return (
    adapter && {
      file: adapter.file,
      rank: adapter.rank,
      share: { weight, scale: adapter.alpha / adapter.rank },
    }
  );
}

/** Terms that count for nothing would only cost time, and change the last digits. */
function combined(terms: readonly (MergeTerm | undefined)[]): MergeTerm[] {
  return terms.filter((one) => one !== undefined && one.share.weight !== 0) as MergeTerm[];
}

function weightedClips(adapters: readonly MergeInput[], of: (clip: number) => number): number {
  return sharesOf(adapters).reduce((sum, { weight }, i) => sum + weight * of(adapters[i]!.clip ?? 1), 0);
}

function assertOuter({ momentum, rate }: RoundOptions["outer"]): void {
  if (momentum >= 0 && momentum < 1 && rate > 0 && Number.isFinite(rate)) return;
  throw new AdapterError(
    "merge",
    `The outer step has momentum ${momentum} and rate ${rate}.`,
    "Momentum lies in [0, 1), the rate is a positive number.",
  );
}
