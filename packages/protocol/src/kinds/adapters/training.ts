import type { HardwareNeeds } from "../../hardware-needs.ts";
import { draftChangesSchema } from "../draft-changes.ts";
import type { Kind, ListModels } from "../kind.ts";
import type { BaseModel } from "./base-model.ts";
import type { AdapterSpec } from "./spec.ts";
import type { AdapterSummary } from "./summary.ts";
import { needsAtLength, tokenBytesOf } from "./token-memory.ts";

/** What is the same for every kind of job that trains adapters. */
export const adapterTraining: Pick<Kind<AdapterSpec, AdapterSummary>, "asksOf" | "needsOf" | "trainer"> = {
  asksOf: ({ replay, training }) => (replay ? [training.rowOrder ? "replay-drawn" : "replay"] : []),
  needsOf: (spec, models) => adapterNeeds(spec, models),
  trainer: {
    script: "train_llm.py",
    optionsOf: ({ model, lora, training, series, replay }, cid, modelPath) => ({
      "shard-cid": cid,
      "model-name": modelPath,
      "model-revision": model.revision,
      "lora-rank": lora.rank,
      "lora-alpha": lora.alpha,
      "target-modules": lora.targetModules,
      epochs: training.epochs,
      "learning-rate": training.learningRate,
      "max-length": training.maxLength,
      "row-order": training.rowOrder ?? "sorted",
      ...(training.rowsPerStep === undefined ? {} : { "rows-per-step": training.rowsPerStep }),
      ...(training.finalRate === undefined ? {} : { "final-rate": training.finalRate }),
      ...(series === undefined ? {} : { round: series.round, rounds: series.rounds }),
      ...(replay === undefined ? {} : { segments: replay.segments }),
      ...(replay?.arithmetic === undefined ? {} : { arithmetic: replay.arithmetic }),
      seed: lora.seed,
    }),
    shardType: "application/x-ndjson",
    deliveredAs: "adapter_model.safetensors",
    submission: { path: "/jobs/submit-adapter", cidAs: "adapterCid" },
  },
};

/**
 * What a machine needs for a training of adapters.
 *
 * @param together texts that have to be in memory at once, as needsAtLength takes them
 */
export function adapterNeeds(
  { model, training, replay }: AdapterSpec,
  models: readonly BaseModel[],
  together?: { texts: number; usual: number },
): { gpu: HardwareNeeds; cpu: HardwareNeeds } | null {
  const found = models.find(({ id }) => id === model.id);
  if (!found) return null;
  const needs = needsAtLength({ ...found, tokenBytes: tokenBytesOf(found) }, training.maxLength, together);
  // What training passed through is kept until the job is over, and sealed one by one.
  const keptGb = replay ? ((replay.segments + 2) * replay.boundaryBytes) / 1024 ** 3 : 0;
  const withKept = ({ diskGb, ...others }: HardwareNeeds) => ({
    ...others,
    diskGb: Math.ceil(10 * (diskGb + keptGb)) / 10,
  });
  const cpu = withKept(needs.cpu);
  return { gpu: deviceOf(replay) === "cpu" ? cpu : withKept(needs.gpu), cpu };
}

/** How often training uses a parameter of the model (Kind.usesOf), where a row has so many tokens at the worst. */
export async function usesOfRows(
  { model, shardRows, epochs }: AdapterSummary,
  rowTokens: number,
  listModels: ListModels,
): Promise<number | null> {
  const models = await listModels();
  const billions = models.find(({ id }) => id === model.id)?.parametersBillion ?? null;
  return billions === null ? null : Math.max(...shardRows) * epochs * rowTokens * billions * 1e9;
}

/** What may be changed of a draft that asks for adapters. */
export const adapterChanges = draftChangesSchema.keyof().options;

/** What a page shows of an adapter's spec. */
export function summariseAdapter<Kind extends string>(
  spec: AdapterSpec & { kind: Kind },
): AdapterSummary & { kind: Kind } {
  const { kind, draftId, title, description, model, lora, training, dataset, replay } = spec;
  const { epochs, learningRate, maxLength } = training;
  const { rows, shardRows, meanRowChars, leftOut } = dataset;
  const common = {
    kind,
    draftId,
    title,
    description,
    model,
    epochs,
    rows,
    shardRows,
    device: deviceOf(replay),
  };
  const own = { rank: lora.rank, alpha: lora.alpha, learningRate, maxLength, meanRowChars, leftOut };
  return { ...common, ...own, stages: replay?.segments };
}

/** The only device that a job's trainings may use, where it names one. */
function deviceOf(replay: AdapterSpec["replay"]): "cpu" | undefined {
  return replay?.arithmetic?.startsWith("cpu/") ? "cpu" : undefined;
}
