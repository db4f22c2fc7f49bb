import type { DraftToPrepare } from "@trainchain/db/work";
import {
  type CreateEmbeddingFinetune,
  createEmbeddingFinetuneSchema,
  embeddingLimits,
  encoderModels,
  leastShard,
  pairsPerStep,
  proposeProof,
  TrainChainError,
} from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";
import { readEncoder } from "../adapters/modules-of-model.ts";
import { prepareAdapters } from "../adapters/prepare.ts";

/** Prepares a draft of pairs for a sentence encoder, as one of rows is. */
export async function preparePairs(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void> {
  const request = createEmbeddingFinetuneSchema.parse(draft.request);
  const encoder = await readEncoder(deps, request.model);
  if (!encoder)
    throw new TrainChainError("configuration-invalid", `${request.model} is no sentence encoder`, {
      fix: `Choose ${encoderModels.map(({ id }) => id).join(", ")}, or a folder with a BERT.`,
    });
  assertWithinPositions(request, encoder);
  await prepareAdapters(deps, draft, dir, {
    ...{
      kind: "embedding-finetune",
      request,
      models: [...encoderModels, ...deps.models],
      objective: "in-batch",
    },
    learningRate: () => embeddingLimits.learningRate.usual,
    rowsPerStep: (trained) => pairsPerStep(trained / request.epochs, request.epochs),
    // Of a folder nobody has said its size, and any encoder is small enough to be trained again.
    proposeProof: (_size, linear) => proposeProof(linear),
    assertData({ rows, holdout, shards }) {
      assertMeasurable(rows, holdout.rows);
      assertShards(shards, request);
    },
  });
}

/** A text that is longer than an encoder has positions for ends every training, and every measurement, with an error. */
function assertWithinPositions(
  { model, maxLength }: Pick<CreateEmbeddingFinetune, "model" | "maxLength">,
  { max_position_embeddings: positions }: { max_position_embeddings?: unknown },
): void {
  if (typeof positions !== "number" || !Number.isInteger(positions) || positions < 1)
    throw new TrainChainError(
      "configuration-invalid",
      `config.json of ${model} does not say max_position_embeddings, a whole number`,
      { fix: "Name another encoder, or let the platform's operator put it into that file." },
    );
  if (maxLength <= positions) return;
  throw new TrainChainError(
    "invalid-input",
    `maxLength: ${model} has positions for ${positions} tokens, and ${maxLength} are asked for`,
    {
      fix: `Request the job anew with a maxLength of ${positions} or less.`,
      facts: { positions, maxLength },
    },
  );
}

/** With few pairs to look among, nearly all are found whatever was trained. */
function assertMeasurable(pairs: number, heldOut: number): void {
  const { least } = embeddingLimits.heldOutPairs;
  if (heldOut >= least) return;
  throw new TrainChainError("dataset-invalid", `${heldOut} of ${pairs} pairs are too few to measure by`, {
    fix: `Hold ${least} pairs out (holdoutRows), or give ${10 * least} in all.`,
    facts: { pairs, heldOut },
  });
}

/** Each contributor has as many pairs as the smallest step. */
export function assertShards(
  shards: readonly { rows: number }[],
  { contributors }: Pick<CreateEmbeddingFinetune, "contributors">,
): void {
  const pairs = Math.min(...shards.map(({ rows }) => rows));
  if (pairs >= leastShard) return;
  throw new TrainChainError(
    "dataset-invalid",
    `${pairs} pairs are too few for a contributor: a step takes ${leastShard}`,
    {
      fix: `Give ${leastShard * contributors} besides those that are held out, or ask for fewer than ${contributors} contributors.`,
      facts: { pairs, contributors },
    },
  );
}
