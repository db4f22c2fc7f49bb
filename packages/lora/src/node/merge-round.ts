import { AdapterError } from "../adapter-error.ts";
import { assertMergeable, type MergeInput, sharesOf } from "./merge-adapters.ts";
import { type MergeResult, type MergeTerm, mergeTerms, type ResultOptions } from "./merge-terms.ts";

/** An adapter on disk, with the alpha it is loaded with. */
export interface RoundAdapter {
  readonly file: string;
  readonly rank: number;
  readonly alpha: number;
}

/** What a round is made of. */
interface Round {
  /** What the contributors made of the round's start. */
  readonly adapters: readonly MergeInput[];
  /** Where they started. May be left out in the first round, whose start changes nothing. */
  readonly start?: RoundAdapter;
}

export interface RoundOptions extends Round, Omit<ResultOptions, "method" | "split" | "alpha"> {
  /** Default "svd". */
  readonly method?: "svd" | "exact";
}

/**
 * The mean of a round, its result: M = S + Σ p_i k_i (ΔW_i − S) for the start S and the clip factors k_i. Where
 * nothing is clipped it has the very bytes of mergeAdapters' mean.
 * @throws AdapterError when an adapter is malformed
 */
export async function mergeRound(options: RoundOptions): Promise<MergeResult> {
  assertMergeable(options.adapters, "svd");
  return await mergeTerms(meanTerms(options), options);
}

export interface NextStartOptions
  extends Required<Round>,
    Pick<ResultOptions, "modules" | "baseModel" | "threads"> {
  /** The last round's mean, as this function wrote it; the job's initial adapter in the first round. */
  readonly lastMean: RoundAdapter;
  /** 0 ≤ momentum < 1; with 0 the next round starts from the mean. */
  readonly momentum: number;
  /** Folder for what the next round starts from. */
  readonly out: string;
  /** Folder for this round's mean, the next one's `lastMean`. */
  readonly meanOut: string;
}

export interface NextStart {
  readonly start: MergeResult;
  readonly mean: MergeResult;
}

/**
 * What the next round starts from: M_t + μ (M_t − M_{t−1}), Nesterov's step over the rounds' means. It is the outer
 * step of DiLoCo (Douillard et al., arXiv:2311.08105) at rate 1: with D_t = M_t − S_t and V_t = μ V_{t−1} + D_t,
 * M_t − M_{t−1} is V_t, so that S_{t+1} = S_t + D_t + μ V_t needs no momentum of its own.
 *
 * Both files are aligned (mergeAligned): their A are the same sums of the contributors' A, in whose rows
 * each contributor's optimiser goes on. Both have the contributors' rank and alpha.
 * @throws AdapterError when an adapter is malformed, ranks differ or the momentum is out of range
 */
export async function mergeNextStart(options: NextStartOptions): Promise<NextStart> {
  const { adapters, lastMean, momentum, meanOut, ...result } = options;
  assertMergeable([...adapters, { ...options.start, weight: 1 }, { ...lastMean, weight: 1 }], "aligned");
  assertMomentum(momentum);
  const mean = meanTerms(options);
  const next = [...times(1 + momentum, mean), ...times(-momentum, [termOf(lastMean)])].filter(counts);
  const aligned = { ...result, method: "aligned", alpha: options.start.alpha } as const;
  return {
    start: await mergeTerms(next, aligned),
    mean: await mergeTerms(mean, { ...aligned, out: meanOut }),
  };
}

/** Σ p_i k_i ΔW_i and what clipping leaves to the start; the weights sum to 1. */
function meanTerms({ adapters, start }: Round): MergeTerm[] {
  const contributed = sharesOf(adapters.map(({ clip: _, ...adapter }) => adapter)).map(
    ({ weight, scale }, i) => {
      const { file, rank, clip = 1 } = adapters[i]!;
      return { file, rank, share: { weight: weight * clip, scale } };
    },
  );
  const clipped = adapters.some(({ clip = 1 }) => clip < 1);
  const left = clipped ? 1 - contributed.reduce((sum, { share }) => sum + share.weight, 0) : 0;
  return [...contributed, ...(start ? times(left, [termOf(start)]) : [])].filter(counts);
}

function termOf({ file, rank, alpha }: RoundAdapter): MergeTerm {
  return { file, rank, share: { weight: 1, scale: alpha / rank } };
}

function times(factor: number, terms: readonly MergeTerm[]): MergeTerm[] {
  return terms.map((term) => ({ ...term, share: { ...term.share, weight: factor * term.share.weight } }));
}

/** Terms that count for nothing would only cost time, and change the last digits. */
const counts = ({ share }: MergeTerm) => share.weight !== 0;

function assertMomentum(momentum: number): void {
  if (momentum >= 0 && momentum < 1) return;
  throw new AdapterError("merge", `The momentum is ${momentum}.`, "It lies in [0, 1).");
}
