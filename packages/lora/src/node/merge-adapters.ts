import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { adapterConfig } from "../adapter-config.ts";
import { AdapterError } from "../adapter-error.ts";
import { chooseRank } from "../choose-rank.ts";
import { type AdaptedModule, adapterLayout, loraAKey, loraBKey } from "../layout.ts";
import type { MergeMethod, Share } from "../merge-module.ts";
import { planSafetensors } from "../safetensors-write.ts";
import { openAdapter } from "./adapter-file.ts";
import { type ModulePool, openModulePool } from "./module-pool.ts";

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

export interface MergeOptions {
  readonly adapters: readonly MergeInput[];
  readonly modules: readonly AdaptedModule[];
  readonly baseModel: string;
  /** Default "svd". */
  readonly method?: MergeMethod;
  /** Of an svd result; "auto" (default): the smallest of 4, 8, 16, … whose relative error is at most 1 %. */
  readonly rank?: number | "auto";
  /** Balanced, or on the scale of the job's initial adapter, for a result that is trained on. */
  readonly split?: "balanced" | { readonly trainOn: { readonly file: string; readonly rank: number } };
  /** Folder for adapter_model.safetensors and adapter_config.json. */
  readonly out: string;
  readonly threads?: number;
}

export interface MergeResult {
  readonly method: MergeMethod;
  readonly rank: number;
  /** Share of the squared norm of the exact mean update that the result misses: 0 for exact. */
  readonly relativeError: number;
  readonly file: string;
  readonly sizeBytes: number;
}

/**
 * Merges contributors' adapters into one plain PEFT adapter whose update is the weighted mean of theirs,
 * Σ p_i (alpha_i / r_i) B_i A_i (exactly, or its best approximation of lower rank). Values are written as F32.
 * Memory is bounded by the largest module; the bytes do not depend on the number of threads.
 * @throws AdapterError when an adapter is malformed or the adapters cannot be merged by the method
 */
export async function mergeAdapters(options: MergeOptions): Promise<MergeResult> {
  const { adapters, method = "svd", split = "balanced", threads } = options;
  assertMergeable(adapters, method);
  const { modules } = adapterLayout(options.modules, 1);
  const files = await Promise.all(adapters.map(({ file, rank }) => openAdapter(file, modules, rank)));
  const initial =
    split === "balanced" ? undefined : await openAdapter(split.trainOn.file, modules, split.trainOn.rank);
  const pool = openModulePool({ modules, adapters: files, shares: sharesOf(adapters), initial }, threads);
  try {
    const rank = await rankOf(options, method, pool);
    const written = await writeMerged(pool, modules, method, rank, options.out);
    const config = adapterConfig({ baseModel: options.baseModel, rank, modules });
    await writeFile(join(options.out, "adapter_config.json"), `${JSON.stringify(config, null, 2)}\n`);
    return { method, rank, ...written };
  } finally {
    await pool.close();
  }
}

/** p_i and s_i of each adapter. */
export function sharesOf(adapters: readonly Omit<MergeInput, "file">[]): Share[] {
  const total = adapters.reduce((sum, { weight }) => sum + weight, 0);
  return adapters.map(({ weight, rank, alpha, clip = 1 }) => ({
    weight: weight / total,
    scale: (alpha / rank) * clip,
  }));
}

function assertMergeable(adapters: readonly MergeInput[], method: MergeMethod): void {
  const [first] = adapters;
  if (!first) throw new AdapterError("merge", "There is no adapter to merge.", "Give at least one adapter.");
  for (const { file, weight, alpha, clip = 1 } of adapters) {
    if (!(weight > 0 && alpha > 0 && clip > 0 && Number.isFinite(weight * alpha * clip))) {
      const message = `${file} has weight ${weight}, alpha ${alpha} and clip ${clip}.`;
      throw new AdapterError("merge", message, "Weights, alphas and clips are positive numbers.", { file });
    }
  }
  const other = adapters.find(({ rank }) => rank !== first.rank);
  if (method === "fedavg" && other) {
    const message = `Factors of rank ${first.rank} and ${other.rank} cannot be averaged apart.`;
    throw new AdapterError("merge", message, "Use the method svd or exact, which take mixed ranks.");
  }
}

async function rankOf(
  { adapters, rank = "auto" }: MergeOptions,
  method: MergeMethod,
  pool: ModulePool,
): Promise<number> {
  const stacked = adapters.reduce((sum, adapter) => sum + adapter.rank, 0);
  if (method === "exact") return stacked;
  if (method === "fedavg") return adapters[0]!.rank;
  if (rank === "auto") return chooseRank(await pool.run({ kind: "spectrum" }), stacked);
  if (Number.isInteger(rank) && rank >= 1) return rank;
  throw new AdapterError(
    "merge",
    `The rank ${rank} is not a positive integer.`,
    'Give a rank such as 16, or "auto".',
  );
}

/** The merged file appears under its name only when it is whole. */
async function writeMerged(
  pool: ModulePool,
  modules: readonly AdaptedModule[],
  method: MergeMethod,
  rank: number,
  folder: string,
) {
  const plan = planSafetensors(
    modules.flatMap(({ path, inFeatures, outFeatures }) => [
      { name: loraAKey(path), shape: [rank, inFeatures] },
      { name: loraBKey(path), shape: [outFeatures, rank] },
    ]),
  );
  await mkdir(folder, { recursive: true });
  const file = join(folder, "adapter_model.safetensors");
  const part = `${file}.part`;
  try {
    const handle = await open(part, "w");
    try {
      await handle.write(plan.head, 0, plan.head.length, 0);
    } finally {
      await handle.close();
    }
    const offsets = modules.map((_, i) => ({ a: plan.offsets[2 * i]!, b: plan.offsets[2 * i + 1]! }));
    const results = await pool.run({ kind: "merge", method, rank, out: part, offsets });
    await rename(part, file);
    const total = results.reduce((sum, result) => sum + result.total, 0);
    const missed = results.reduce((sum, result) => sum + result.missed, 0);
    return { relativeError: total === 0 ? 0 : missed / total, file, sizeBytes: plan.sizeBytes };
  } finally {
    await rm(part, { force: true });
  }
}
