import {
  type BaseModel,
  type CreateEmbeddingFinetune,
  createEmbeddingFinetuneSchema,
  encoderModels,
  findEncoder,
  TrainChainError,
} from "@trainchain/protocol";
import type { Platform } from "../../deps.ts";
import { assertLength } from "../adapters/assert-length.ts";
import { assertRate } from "../adapters/assert-rate.ts";
import { assertShares } from "../adapters/assert-shares.ts";

/**
 * The sentence encoder that is named.
 * @throws TrainChainError `invalid-input`
 */
export function encoderOf({ models }: Pick<Platform, "models">, given: string): BaseModel {
  const encoder = findEncoder(models, given);
  if (encoder) return encoder;
  throw new TrainChainError(
    "invalid-input",
    `model: "${given}" is no sentence encoder that is offered here`,
    {
      fix: `Choose one of ${encoderModels.map(({ id }) => id).join(", ")}.`,
    },
  );
}

/** What no schema can know of a request: the model's own limits, and that a share must not be nothing. */
export function assertPossible(
  body: Pick<CreateEmbeddingFinetune, "model" | "maxLength" | "learningRate" | "rewardWei" | "contributors">,
  platform: Platform,
): void {
  assertLength(encoderOf(platform, body.model), body.maxLength);
  assertRate(body.learningRate);
  assertShares(body);
}

/** The same of a request as a draft keeps it. */
export function assertPairsPossible(request: unknown, platform: Platform): void {
  assertPossible(createEmbeddingFinetuneSchema.parse(request), platform);
}
