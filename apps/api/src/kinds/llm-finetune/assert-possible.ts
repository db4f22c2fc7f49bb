import {
  type CreateLlmFinetune,
  keptLlmFinetuneSchema,
  mayBeReplayed,
  replayTerms,
  TrainChainError,
} from "@trainchain/protocol";
import type { Platform } from "../../deps.ts";
import { findModel } from "../../jobs/find-model.ts";
import { assertLength } from "../adapters/assert-length.ts";
import { assertRate } from "../adapters/assert-rate.ts";
import { assertShares } from "../adapters/assert-shares.ts";

type Asked = Pick<
  CreateLlmFinetune,
  "model" | "maxLength" | "learningRate" | "proof" | "rewardWei" | "contributors" | "rounds"
>;

/** What no schema can know of a request: the model's own limits, and that a share must not be nothing. */
export function assertPossible(body: Asked, platform: Platform): void {
  const model = findModel(platform, body.model);
  assertLength(model, body.maxLength);
  assertRate(body.learningRate);
  if (body.proof === "replay" && !mayBeReplayed(model.parametersBillion)) {
    throw new TrainChainError("invalid-input", `proof: trainings of ${model.name} cannot be done again`, {
      fix: `Choose a model of at most ${replayTerms.mostBillion} billion parameters, or leave proof out.`,
    });
  }
  assertShares(body, body.rounds);
}

/** The same of a request as a draft keeps it. */
export function assertRowsPossible(request: unknown, platform: Platform): void {
  assertPossible(keptLlmFinetuneSchema.parse(request), platform);
}
