import { join } from "node:path";
import { type DraftToPrepare, savePreparation, savePreparedJob } from "@trainchain/db/work";
import {
  type CreateLlmFinetune,
  finalRateOf,
  findBaseModel,
  holdoutContext,
  keptLlmFinetuneSchema,
  type LlmJobSpec,
  leastHeldOutRows,
  llmJobSpecSchema,
  mayBeReplayed,
  proposeLearningRate,
  proposeProof,
  replayTerms,
  roundMomentum,
  rowsPerStepOf,
  type Series,
  seedSchema,
  segmentsFor,
  shardContext,
  TrainChainError,
} from "@trainchain/protocol";
import { fingerprintModel } from "@trainchain/python-env";
import { commitmentTo } from "../../deliveries/commitment-to.ts";
import { storeDocument, storeSealed } from "../../deliveries/seal-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import { countFittingRows } from "./count-fitting-rows.ts";
import { modulesOfModel } from "./modules-of-model.ts";
import { boundaryBytesOf } from "./replay/boundary-bytes.ts";
import { type SplitRows, splitRows } from "./split-rows.ts";
import { linearParameters, trainingUses } from "./training-uses.ts";

/**
 * Prepares a draft of rows: checks the base model and the file, keeps a holdout, shuffles and splits the rest by the
 * platform's own seed, counts the rows that fit, seals and stores every part, and stores the public spec.
 */
export async function prepareRows(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void> {
  const { db, storage } = deps;
  const draftId = draft.id;
  const request = keptLlmFinetuneSchema.parse(draft.request);
  assertMeasurable(request);
  const seed = request.seed ?? 0;
  // Drafts from before it was drawn for them are split by their own.
  const splitSeed = seedSchema.default(seed).parse(draft.request.splitSeed);
  const model = await modelOf(deps, request.model);
  const split = await splitRows(deps, draft, { request, splitSeed, dir });
  const fittingRows = await countFittingRows(deps, model, request, {
    holdout: join(dir, split.holdout.file),
    shards: split.shards.map(({ file }) => join(dir, file)),
  });
  const holdout = await storeSealed(deps, join(dir, split.holdout.file), holdoutContext({ draftId }));
  const shardAssignments = await storeShards(deps, draftId, split, dir);
  const size = sizeOf(deps, model.id);
  const fewestRows = Math.min(...(fittingRows ?? split.shards.map(({ rows }) => rows)));
  const asked: LlmJobSpec = llmJobSpecSchema.parse({
    version: 1,
    kind: "llm-finetune",
    draftId,
    ...(request.title ? { title: request.title } : {}),
    description: request.description,
    model,
    lora: { rank: request.rank, alpha: request.alpha ?? 2 * request.rank, targetModules: "all-linear", seed },
    training: {
      epochs: request.epochs,
      learningRate: request.learningRate ?? proposeLearningRate(size, split.rows),
      maxLength: request.maxLength,
      rowOrder: "drawn",
      rowsPerStep: rowsPerStepOf(
        request.contributors,
        // What few rows ask for was measured on a real model.
        size === null ? undefined : request.epochs * fewestRows,
      ),
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
    series: request.rounds === 1 ? undefined : firstOf(request.rounds, draftId),
  });
  const spec = llmJobSpecSchema.parse({ ...asked, replay: await replayTermsOf(deps, asked, request) });
  const specCid = await storeDocument(storage, spec);
  await db.transaction(async (tx) => {
    await savePreparedJob(tx, {
      draftId,
      specCid,
      spec,
      modelName: spec.model.id,
      modelRevision: spec.model.revision,
      loraRank: spec.lora.rank,
      loraAlpha: spec.lora.alpha,
      targetModules: spec.lora.targetModules,
      contributors: request.contributors,
      datasetFormat: split.format,
      rows: split.rows,
      holdoutRows: split.holdout.rows,
      holdoutCid: holdout.cid,
      shardAssignments,
    });
    await savePreparation(tx, { draftId, status: "ready", report: split.report });
  });
}

/** Billions of parameters; null where they are not known. */
function sizeOf({ models }: WorkerDeps, id: string): number | null {
  return findBaseModel(models, id)?.parametersBillion ?? null;
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
 * What is kept of each training so that parts of it can be done again; nothing where its result alone is to prove it,
 * or where the platform does none again: without an evaluator, which counts the rows that fit, or too much of it.
 *
 * @throws TrainChainError `configuration-invalid` where the requester asked for it and the platform does not offer it
 */
async function replayTermsOf(
  deps: WorkerDeps,
  { model, training, dataset }: Pick<LlmJobSpec, "model" | "training" | "dataset">,
  { rank, proof }: CreateLlmFinetune,
): Promise<LlmJobSpec["replay"]> {
  const known = sizeOf(deps, model.id);
  if ((proof ?? proposeProof(known)) === "result") return undefined;
  const modules = await modulesOfModel(deps, model.id);
  const segments = segmentsFor(trainingUses({ training, dataset }, modules), deps.replaySegments);
  const isSmall = mayBeReplayed(linearParameters(modules) / 1e9);
  if (deps.replaySegments > 0 && dataset.fittingRows && segments && isSmall)
    return { segments, boundaryBytes: boundaryBytesOf(modules, rank), arithmetic: replayTerms.arithmetic };
  if (!proof) return undefined;
  throw new TrainChainError("configuration-invalid", "proof: this platform does no such training again", {
    fix: 'Request the job with proof "result" or without it, or a shorter one: of a smaller model, fewer rows or epochs.',
  });
}

/** A draft of an older platform may hold back too few rows to judge by. */
function assertMeasurable({ holdoutRows = leastHeldOutRows }: Pick<CreateLlmFinetune, "holdoutRows">): void {
  if (holdoutRows >= leastHeldOutRows) return;
  throw new TrainChainError("dataset-invalid", `${holdoutRows} held-out rows are too few to judge work by`, {
    fix: `Request the job anew with at least ${leastHeldOutRows}.`,
    facts: { holdoutRows },
  });
}

/**
 * A model of the catalogue by its id. One that lies on a disk is known to others by its name and by what its files
 * hold, not by where they lie.
 *
 * @throws TrainChainError `configuration-invalid` where its adapters' shapes are not known: none could be judged
 */
async function modelOf(deps: WorkerDeps, given: string): Promise<LlmJobSpec["model"]> {
  await modulesOfModel(deps, given);
  const { id, revision, path, embedded } = findBaseModel(deps.models, given)!;
  if (embedded) return { id, revision, sha256: embedded.sha256 };
  return { id, revision, sha256: path === undefined ? undefined : await fingerprintModel(path) };
}
