import type { DraftToPrepare } from "@trainchain/db/work";
import {
  type CreateLlmFinetune,
  keptLlmFinetuneSchema,
  leastHeldOutRows,
  proposeLearningRate,
  proposeProof,
  rowsPerStepOf,
  TrainChainError,
} from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";
import { readEncoder } from "../adapters/modules-of-model.ts";
import { prepareAdapters } from "../adapters/prepare.ts";

/** Prepares a draft of rows for a language model. */
export async function prepareRows(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void> {
  const request = keptLlmFinetuneSchema.parse(draft.request);
  assertMeasurable(request);
  if (await readEncoder(deps, request.model))
    throw new TrainChainError(
      "configuration-invalid",
      `${request.model} is a sentence encoder, and answers nothing`,
      {
        fix: "Choose a language model, or request a job that trains an encoder on pairs of texts.",
      },
    );
  await prepareAdapters(deps, draft, dir, {
    ...{ kind: "llm-finetune", request, models: deps.models },
    ...{ learningRate: proposeLearningRate, proposeProof },
    // What few rows ask for was measured on a real model.
    rowsPerStep: (rows, size) => rowsPerStepOf(request.contributors, size === null ? undefined : rows),
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
