import type { DraftToPrepare } from "@trainchain/db/work";
import {
  createEmbeddingFinetuneSchema,
  embeddingLimits,
  encoderModels,
  pairsPerStep,
  TrainChainError,
} from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";
import { isEncoder, prepareAdapters } from "../adapters.ts";

/** Prepares a draft of pairs for a sentence encoder, as one of rows is. */
export async function preparePairs(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void> {
  const request = createEmbeddingFinetuneSchema.parse(draft.request);
  if (!(await isEncoder(deps, request.model)))
    throw new TrainChainError("configuration-invalid", `${request.model} is no sentence encoder`, {
      fix: `Choose ${encoderModels.map(({ id }) => id).join(", ")}, or a folder with a BERT.`,
    });
  await prepareAdapters(deps, draft, dir, {
    ...{
      kind: "embedding-finetune",
      request,
      models: [...encoderModels, ...deps.models],
      objective: "in-batch",
    },
    rowsPerStep: pairsPerStep,
    assertData: ({ rows, holdout }) => assertMeasurable(rows, holdout.rows),
  });
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
