import { AdapterError } from "../adapter-error.ts";
import type { MergeMethod, Share } from "../merge-module.ts";
import { type MergeResult, mergeTerms, type ResultOptions } from "./merge-terms.ts";

export interface MergeInput {
  /** adapter_model.safetensors of one contributor. */
  readonly file: string;
  /** Proportional to its accepted training rows; weights are divided by their sum. */
  readonly weight: number;
  readonly rank: number;
  readonly alpha: number;
  /** Factor on its update, from the size check; default 1. */
  readonly clip?: number;
}

export interface MergeOptions extends ResultOptions {
  readonly adapters: readonly MergeInput[];
}

/**
 * Merges contributors' adapters into one plain PEFT adapter whose update is the weighted mean of theirs,
 * Σ p_i (alpha_i / r_i) B_i A_i (exactly, or its best approximation of lower rank). Values are written as F32.
 * Memory is bounded by the largest module; the bytes do not depend on the number of threads.
 * @throws AdapterError when an adapter is malformed or the adapters cannot be merged by the method
 */
export async function mergeAdapters(options: MergeOptions): Promise<MergeResult> {
  const { adapters, method = "svd" } = options;
  assertMergeable(adapters, method);
  const shares = sharesOf(adapters);
  const terms = adapters.map(({ file, rank }, i) => ({ file, rank, share: shares[i]! }));
  return await mergeTerms(terms, options);
}

/** p_i and s_i of each adapter. */
export function sharesOf(adapters: readonly Omit<MergeInput, "file">[]): Share[] {
  const total = adapters.reduce((sum, { weight }) => sum + weight, 0);
  return adapters.map(({ weight, rank, alpha, clip = 1 }) => ({
    weight: weight / total,
    scale: (alpha / rank) * clip,
  }));
}

export function assertMergeable(adapters: readonly MergeInput[], method: MergeMethod): void {
  const [first] = adapters;
  if (!first) throw new AdapterError("merge", "There is no adapter to merge.", "Give at least one adapter.");
  for (const { file, weight, alpha, clip = 1 } of adapters) {
    if (!(weight > 0 && alpha > 0 && clip > 0 && Number.isFinite(weight * alpha * clip))) {
      const message = `${file} has weight ${weight}, alpha ${alpha} and clip ${clip}.`;
      throw new AdapterError("merge", message, "Weights, alphas and clips are positive numbers.", { file });
    }
  }
  const other = adapters.find(({ rank }) => rank !== first.rank);
  if ((method === "fedavg" || method === "aligned") && other) {
    const message = `Factors of rank ${first.rank} and ${other.rank} have no mean.`;
    throw new AdapterError("merge", message, "Use the method svd or exact, which take mixed ranks.");
  }
}
