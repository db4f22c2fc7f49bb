import { type FileHandle, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { adapterConfig } from "../adapter-config.ts";
import { AdapterError } from "../adapter-error.ts";
import { chooseRank } from "../choose-rank.ts";
import { type AdaptedModule, adapterLayout, loraAKey, loraBKey } from "../layout.ts";
import type { MergeMethod, Share } from "../merge-module.ts";
import { planSafetensors } from "../safetensors-write.ts";
import { openAdapter } from "./adapter-file.ts";
import { type ModulePool, openModulePool } from "./module-pool.ts";
import type { PooledMethod, TaskInputs } from "./module-tasks.ts";
import { writeStack } from "./write-stack.ts";

/** The adapter whose A sets the size of a trained-on result's A. */
export interface TrainOn {
  readonly file: string;
  readonly rank: number;
}

/** What is asked of a result, whatever it is made of. */
export interface ResultOptions {
  readonly modules: readonly AdaptedModule[];
  readonly baseModel: string;
  /** Default "svd". */
  readonly method?: MergeMethod;
  /** Of an svd result; "auto" (default): the smallest of 4, 8, 16, … whose relative error is at most 1 %. */
  readonly rank?: number | "auto";
  /** Of an svd result: balanced, or on the scale of the job's initial adapter, for one that is trained on. */
  readonly split?: "balanced" | { readonly trainOn: TrainOn };
  /** The alpha that the result will be loaded with; default its rank, the scale 1. */
  readonly alpha?: number;
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
  const { method = "svd" } = options;
  const merged = await (method === "exact" ? stack(terms, options) : compute(terms, method, options));
  const config = adapterConfig({
    baseModel: options.baseModel,
    rank: merged.rank,
    alpha: options.alpha,
    modules: options.modules,
  });
  await writeFile(join(options.out, "adapter_config.json"), `${JSON.stringify(config, null, 2)}\n`);
  return merged;
}

async function openInputs(terms: readonly MergeTerm[], options: ResultOptions): Promise<TaskInputs> {
  const { modules } = adapterLayout(options.modules, 1);
  const { split = "balanced" } = options;
  const trainOn = split === "balanced" ? undefined : split.trainOn;
  return {
    modules,
    adapters: await Promise.all(terms.map(({ file, rank }) => openAdapter(file, modules, rank))),
    shares: terms.map(({ share }) => share),
    initial: trainOn && (await openAdapter(trainOn.file, modules, trainOn.rank)),
  };
}

async function stack(terms: readonly MergeTerm[], options: ResultOptions): Promise<MergeResult> {
  const inputs = await openInputs(terms, options);
  const rank = stackedRank(inputs);
  const written = await writeAdapterFile(inputs.modules, rank, options.out, async (_, file, offsets) => {
    await writeStack(file, inputs, { scale: loadedScale(options, rank), offsets });
  });
  return { method: "exact", rank, relativeError: 0, file: written.file, sizeBytes: written.sizeBytes };
}

async function compute(
  terms: readonly MergeTerm[],
  method: PooledMethod,
  options: ResultOptions,
): Promise<MergeResult> {
  const pool = openModulePool(options.modules.length, options.threads);
  try {
    const inputs = await openInputs(terms, options);
    pool.load(inputs);
    const rank = method === "svd" ? await rankOf(options, inputs, pool) : inputs.adapters[0]!.rank;
    const scale = loadedScale(options, rank);
    const { result, ...written } = await writeAdapterFile(
      inputs.modules,
      rank,
      options.out,
      (out, _, offsets) => pool.run({ kind: "merge", method, rank, scale, out, offsets }),
    );
    const total = result.reduce((sum, one) => sum + one.total, 0);
    const missed = result.reduce((sum, one) => sum + one.missed, 0);
    return { method, rank, relativeError: total === 0 ? 0 : missed / total, ...written };
  } finally {
    await pool.close();
  }
}

/** alpha / rank with which a result will be loaded. */
function loadedScale({ alpha }: ResultOptions, rank: number): number {
  return alpha === undefined ? 1 : alpha / rank;
}

function stackedRank({ adapters }: TaskInputs): number {
  return adapters.reduce((sum, { rank }) => sum + rank, 0);
}

async function rankOf(
  { rank = "auto" }: ResultOptions,
  inputs: TaskInputs,
  pool: ModulePool,
): Promise<number> {
  if (rank === "auto") return chooseRank(await pool.run({ kind: "spectrum" }), stackedRank(inputs));
  if (Number.isInteger(rank) && rank >= 1) return rank;
  throw new AdapterError(
    "merge",
    `The rank ${rank} is not a positive integer.`,
    'Give a rank such as 16, or "auto".',
  );
}

/**
 * Lays out an adapter of F32 and lets `fill` write each module's A and B at its place. The file appears under its
 * name only when it is whole.
 */
async function writeAdapterFile<T>(
  modules: readonly AdaptedModule[],
  rank: number,
  folder: string,
  fill: (part: string, handle: FileHandle, offsets: readonly { a: number; b: number }[]) => Promise<T>,
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
    let result: T;
    try {
      await handle.write(plan.head, 0, plan.head.length, 0);
      const offsets = modules.map((_, i) => ({ a: plan.offsets[2 * i]!, b: plan.offsets[2 * i + 1]! }));
      result = await fill(part, handle, offsets);
    } finally {
      await handle.close();
    }
    await rename(part, file);
    return { result, file, sizeBytes: plan.sizeBytes };
  } finally {
    await rm(part, { force: true });
  }
}
