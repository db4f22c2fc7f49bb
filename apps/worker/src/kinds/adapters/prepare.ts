import { join } from "node:path";
import { type DraftToPrepare, savePreparation, savePreparedJob } from "@trainchain/db/work";
import {
  type AdapterJobSpec,
  type AdapterRequest,
  type BaseModel,
  finalRateOf,
  findBaseModel,
  holdoutContext,
  jobSpecSchema,
  type Proof,
  roundMomentum,
  type Series,
  seedSchema,
  shardContext,
} from "@trainchain/protocol";
import { fingerprintModel } from "@trainchain/python-env";
import { commitmentTo } from "../../deliveries/commitment-to.ts";
import { storeDocument, storeSealed } from "../../deliveries/seal-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import { countFittingRows } from "./count-fitting-rows.ts";
import { modulesOfModel } from "./modules-of-model.ts";
import { replayTermsOf } from "./replay/replay-terms-of.ts";
import { type SplitRows, splitRows } from "./split-rows.ts";
import { linearParameters } from "./training-uses.ts";

/** How drafts of a kind that trains adapters are prepared. */
export interface AdapterPlan {
  kind: AdapterJobSpec["kind"];
  request: AdapterRequest & { rounds?: number };
  /** The catalogue. */
  models: readonly BaseModel[];
  /** What training lowers, where it is not the loss of answers (trainer/objectives.py). */
  objective?: string;
  /** Where the requester names none; size in billions, null where it is not known. */
  learningRate(size: number | null, rows: number): number;
  /** Of one optimiser step, by the rows that the least contributor learns from in all epochs; size as above. */
  rowsPerStep(trainedRows: number, size: number | null): number;
  /**
   * How work is proved where the requester does not say.
   * @param size of the catalogue's, in billions of parameters
   * @param linear billions of parameters of the linear layers, which are always known
   */
  proposeProof(size: number | null, linear: number): Proof;
  /** Refuses data that cannot be judged by. */
  assertData?(split: SplitRows): void;
}

/**
 * Prepares a draft of rows: checks the base model and the file, keeps a holdout, shuffles and splits the rest by the
 * platform's own seed, counts the rows that fit, seals and stores every part, and stores the public spec.
 */
export async function prepareAdapters(
  deps: WorkerDeps,
  draft: DraftToPrepare,
  dir: string,
  plan: AdapterPlan,
): Promise<void> {
  const { storage } = deps;
  const draftId = draft.id;
  const { kind, request, models, objective } = plan;
  const seed = request.seed ?? 0;
  // Drafts from before it was drawn for them are split by their own.
  const splitSeed = seedSchema.default(seed).parse(draft.request.splitSeed);
  const model = await modelOf(deps, request.model, models);
  const split = await splitRows(deps, draft, { request, splitSeed, dir });
  plan.assertData?.(split);
  const { maxLength } = request;
  const counting = { maxLength, objective };
  const fittingRows = await countFittingRows(deps, model, counting, {
    holdout: join(dir, split.holdout.file),
    shards: split.shards.map(({ file }) => join(dir, file)),
  });
  const holdout = await storeSealed(deps, join(dir, split.holdout.file), holdoutContext({ draftId }));
  const shardAssignments = await storeShards(deps, draftId, split, dir);
  const size = findBaseModel(models, model.id)?.parametersBillion ?? null;
  const fewestRows = Math.min(...(fittingRows ?? split.shards.map(({ rows }) => rows)));
  const asked = jobSpecSchema.parse({
    version: 1,
    kind,
    draftId,
    ...(request.title ? { title: request.title } : {}),
    description: request.description,
    model,
    lora: { rank: request.rank, alpha: request.alpha ?? 2 * request.rank, targetModules: "all-linear", seed },
    training: {
      epochs: request.epochs,
      learningRate: request.learningRate ?? plan.learningRate(size, split.rows),
      maxLength,
      rowOrder: "drawn",
      rowsPerStep: plan.rowsPerStep(request.epochs * fewestRows, size),
      finalRate: finalRateOf(request.contributors),
    },
    dataset: {
      format: split.format,
      rows: split.rows,
      holdoutRows: split.holdout.rows,
      shardRows: split.shards.map(({ rows }) => rows),
      meanRowChars: split.meanRowChars,
      fittingRows,
      leftOut: split.leftOut,
      splitSeed,
      shardsSha256: commitmentTo(shardAssignments),
    },
    aggregation: { method: request.method, rank: "auto" },
    series: (request.rounds ?? 1) === 1 ? undefined : firstOf(request.rounds ?? 1, draftId),
  }) as AdapterJobSpec;
  const modules = await modulesOfModel(deps, model.id);
  const proof = request.proof ?? plan.proposeProof(size, linearParameters(modules) / 1e9);
  const replay =
    proof === "result" ? undefined : await replayTermsOf(deps, asked, modules, request.proof !== undefined);
  const spec = jobSpecSchema.parse({ ...asked, replay }) as AdapterJobSpec;
  const specCid = await storeDocument(storage, spec);
  const stored = { specCid, holdoutCid: holdout.cid, shardAssignments };
  await savePrepared(deps, { spec, split, stored, contributors: request.contributors });
}

/** Writes down what a job's tasks need to know of it, and that its draft is ready. */
async function savePrepared(
  { db }: WorkerDeps,
  { spec, split, stored, contributors }: Prepared,
): Promise<void> {
  const { draftId } = spec;
  await db.transaction(async (tx) => {
    await savePreparedJob(tx, {
      ...stored,
      draftId,
      spec,
      modelName: spec.model.id,
      modelRevision: spec.model.revision,
      loraRank: spec.lora.rank,
      loraAlpha: spec.lora.alpha,
      targetModules: spec.lora.targetModules,
      contributors,
      datasetFormat: split.format,
      rows: split.rows,
      holdoutRows: split.holdout.rows,
    });
    await savePreparation(tx, { draftId, status: "ready", report: split.report });
  });
}

interface Prepared {
  spec: AdapterJobSpec;
  split: SplitRows;
  stored: { specCid: string; holdoutCid: string; shardAssignments: Awaited<ReturnType<typeof storeShards>> };
  contributors: number;
}

function firstOf(rounds: number, draftId: string): Series {
  return {
    ...{ id: draftId, round: 1, rounds, previousJobId: null },
    ...{ start: null, lastMean: null, momentum: roundMomentum },
  };
}

async function storeShards(deps: WorkerDeps, draftId: string, { shards }: SplitRows, dir: string) {
  const stored = [];
  for (const [slot, { file, rows, sizeBytes, sha256 }] of shards.entries()) {
    const { cid } = await storeSealed(deps, join(dir, file), shardContext({ draftId, index: slot }));
    stored.push({ slot, cid, rows, sizeBytes, sha256 });
  }
  return stored;
}

/**
 * A model of the catalogue by its id. One that lies on a disk is known to others by its name and by what its files
 * hold, not by where they lie.
 *
 * @throws TrainChainError `configuration-invalid` where its adapters' shapes are not known: none could be judged
 */
async function modelOf(
  deps: WorkerDeps,
  given: string,
  models: readonly BaseModel[],
): Promise<AdapterJobSpec["model"]> {
  await modulesOfModel(deps, given);
  const { id, revision, path, embedded } = findBaseModel(models, given)!;
  if (embedded) return { id, revision, sha256: embedded.sha256 };
  return { id, revision, sha256: path === undefined ? undefined : await fingerprintModel(path) };
}
