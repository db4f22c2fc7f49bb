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

/** The adapter whose A sets the size of a trained-on result's A. */
export interface TrainOn {
  readonly file: string;
  readonly rank: number;
  /** The alpha that the result will be loaded with; default its rank, the scale 1. */
  readonly alpha?: number;
}

/** What is asked of a result, whatever it is made of. */
export interface ResultOptions {
  readonly modules: readonly AdaptedModule[];
  readonly baseModel: string;
  /** Default "svd". */
  readonly method?: MergeMethod;
  /** Of an svd result; "auto" (default): the smallest of 4, 8, 16, … whose relative error is at most 1 %. */
  readonly rank?: number | "auto";
  /** Balanced, or on the scale of the job's initial adapter, for a result that is trained on. */
  readonly split?: "balanced" | { readonly trainOn: TrainOn };
  /** Folder for adapter_model.safetensors and adapter_config.json. */
  readonly out: string;
  readonly threads?: number;
}

export interface MergeResult {
  readonly method: MergeMethod;
  readonly rank: number;
  /** Share of the squared norm of the exact sum that the result misses: 0 for exact. */
  readonly relativeError: number;
  readonly file: string;
  readonly sizeBytes: number;
}

/** One adapter of a linear combination: it counts for `share.weight` times `share.scale` B A; weights may be negative. */
export interface MergeTerm {
  readonly file: string;
  readonly rank: number;
  readonly share: Share;
}

/**
 * Writes the linear combination of the terms' updates as one plain PEFT adapter (see mergeAdapters).
 * @throws AdapterError when a file is malformed or the rank is no rank
 */
export async function mergeTerms(terms: readonly MergeTerm[], options: ResultOptions): Promise<MergeResult> {
  const { method = "svd", split = "balanced", threads } = options;
  const { modules } = adapterLayout(options.modules, 1);
  const adapters = await Promise.all(terms.map(({ file, rank }) => openAdapter(file, modules, rank)));
  const trainOn = split === "balanced" ? undefined : split.trainOn;
  const initial = trainOn && (await openAdapter(trainOn.file, modules, trainOn.rank));
  const shares = terms.map(({ share }) => share);
  const pool = openModulePool({ modules, adapters, shares, initial }, threads);
  try {
    const stacked = terms.reduce((sum, term) => sum + term.rank, 0);
    const rank = await rankOf(options.rank ?? "auto", method, stacked, terms[0]!.rank, pool);
    const alpha = trainOn?.alpha ?? rank;
    const written = await writeMerged(pool, modules, { method, rank, alpha }, options.out);
    const config = adapterConfig({ baseModel: options.baseModel, rank, alpha, modules });
    await writeFile(join(options.out, "adapter_config.json"), `${JSON.stringify(config, null, 2)}\n`);
    return { method, rank, ...written };
  } finally {
    await pool.close();
  }
}

async function rankOf(
  rank: number | "auto",
  method: MergeMethod,
  stacked: number,
  common: number,
  pool: ModulePool,
): Promise<number> {
  if (method === "exact") return stacked;
  if (method === "fedavg") return common;
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
  { method, rank, alpha }: { method: MergeMethod; rank: number; alpha: number },
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
    const results = await pool.run({ kind: "merge", method, rank, scale: alpha / rank, out: part, offsets });
    await rename(part, file);
    const total = results.reduce((sum, result) => sum + result.total, 0);
    const missed = results.reduce((sum, result) => sum + result.missed, 0);
    return { relativeError: total === 0 ? 0 : missed / total, file, sizeBytes: plan.sizeBytes };
  } finally {
    await rm(part, { force: true });
  }
}
