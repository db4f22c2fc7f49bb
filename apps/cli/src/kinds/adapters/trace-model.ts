import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { adapterConfig } from "@trainchain/lora";
import { type AdapterJobSpec, type AnyReceipt, kindOf, TrainChainError } from "@trainchain/protocol";
import { createLocalEvaluator, type Evaluator } from "@trainchain/python-env";
import { type AdapterFolder, readAdapterFolder } from "../../adapter-folder.ts";
import { type BaseModel, openModel, trainer } from "../../base-model.ts";
import { cutAgain } from "../../cut-again.ts";
import { createTempFolder, removeTempFolder } from "../../temp-folder.ts";
import { type StandsOut, standsOut, type TracedRows } from "./own-shard.ts";

/** More rows of a part tell no more. */
const mostRows = 256;

/** The p-value, times the number of shards, from which on a shard is said to be what a model was trained on. */
export const falseAccusation = 1e-6;

interface Counted {
  /** Its rows, and the rows that are not of it, which they are compared with. */
  rows: number;
  others: number;
  isTrainedOn: boolean;
}

/** What is known of one shard under the model in question. */
export interface TracedShard extends StandsOut, Counted {
  what: string;
  contributor: string | undefined;
  shardCid: string | undefined;
}

interface Traced {
  /** Folder of a plain LoRA adapter on the job's base model. */
  model: string;
  dataset: string;
  /** The base model instead of the one that the spec names. */
  base: string | undefined;
}

/**
 * Says on which shards of a job a model was trained: rows were dealt at random, so that those of a shard stand out under
 * a model that learned them, and under no other.
 * @throws TrainChainError `invalid-input` where the dataset is not the job's or its losses are not row by row, and
 * `adapter-invalid` where the model is no adapter on the job's base model
 */
export async function traceModel(
  receipt: AnyReceipt,
  spec: AdapterJobSpec,
  { model, dataset, base: named }: Traced,
  note: (message: string) => void,
): Promise<{ shards: TracedShard[]; commitment: string }> {
  if (kindOf(spec.kind).trainer.optionsOf(spec, "", "").objective !== undefined)
    throw new TrainChainError("invalid-input", "the losses of this job's pairs depend on each other", {
      fix: "Give the receipt of a job that fine-tunes a language model.",
    });
  const suspect = await readAdapterFolder(model);
  const dir = await createTempFolder("trace");
  try {
    const { commitment, holdout, shards } = await cutAgain(receipt, spec, {
      dataset,
      outDir: join(dir, "rows"),
    });
    const base = await openModel(named === undefined ? spec.model : undefined, named ?? spec.model.id, note);
    const adapter = join(dir, "adapter");
    await layAdapter(adapter, suspect, base.model);
    const evaluator = createLocalEvaluator({ envDir: base.envDir, scriptDir: trainer });
    const parts: TracedRows[] = [];
    for (const { what, file: rows } of [holdout, ...shards]) {
      note(`measuring ${what}`);
      parts.push(await measure(evaluator, base, { rows, maxLength: spec.training.maxLength, adapter }));
    }
    const judged = judgeShards(parts);
    const traced = shards.map(({ file: _, ...part }, shard) => ({ ...part, ...judged[shard]! }));
    return { commitment, shards: traced };
  } finally {
    await removeTempFolder(dir);
  }
}

/** An adapter as evaluate.py takes it: with a configuration that is written here, whoever made the tensors. */
async function layAdapter(folder: string, { file, ...adapter }: AdapterFolder, baseModel: string) {
  await mkdir(folder);
  await symlink(resolve(file), join(folder, "adapter_model.safetensors"));
  const { rank, alpha, modules } = adapter;
  const config = { ...adapterConfig({ baseModel, rank, modules }), lora_alpha: alpha };
  await writeFile(join(folder, "adapter_config.json"), JSON.stringify(config));
}

/** Losses of a part's rows, in nats a token: under the base model and under the one in question. */
async function measure(
  evaluator: Evaluator,
  base: BaseModel,
  { rows, maxLength, adapter }: { rows: string; maxLength: number; adapter: string },
): Promise<TracedRows> {
  const data = ["--holdout", rows, "--max-length", String(maxLength), "--max-rows", String(mostRows)];
  const args = [...base.args, ...data, "--adapters", adapter];
  const events = await evaluator.run({ script: "evaluate.py", args, niceness: 0 });
  const lossesOf = (name: string) => {
    const found = events.find((event) => event.event !== "failed" && event.name === name);
    return found?.event === "evaluated" ? found.rowLosses : undefined;
  };
  const [known, traced] = [lossesOf("base"), lossesOf(adapter)];
  if (known && traced) return { known, traced };
  const why = events.find((event) => event.event === "unmeasured");
  throw new TrainChainError("adapter-invalid", `the model has no loss: ${why?.message ?? "unknown"}`, {
    fix: "Give an adapter that was trained on the job's base model, or name its base model.",
  });
}

/**
 * What each shard's rows come to beside those of all other shards and the holdout.
 * @param parts the holdout, and the shards in their order
 */
export function judgeShards(parts: readonly TracedRows[]): (StandsOut & Counted)[] {
  const [, ...shards] = parts;
  return shards.map((own) => {
    const others = parts.filter((part) => part !== own);
    const foreign = {
      known: others.flatMap(({ known }) => known),
      traced: others.flatMap(({ traced }) => traced),
    };
    const { area, p } = standsOut(own, foreign);
    const corrected = Math.min(1, p * shards.length);
    const counts = { rows: own.traced.length, others: foreign.traced.length };
    return { ...counts, area, p: corrected, isTrainedOn: corrected <= falseAccusation };
  });
}
