import { type BaseModel, TrainChainError } from "@trainchain/protocol";

/**
 * That a model takes rows of so many tokens.
 * @throws TrainChainError `invalid-input`
 */
export function assertLength(model: Pick<BaseModel, "name" | "maxLength">, tokens: number): void {
  if (tokens <= model.maxLength) return;
  throw new TrainChainError(
    "invalid-input",
    `maxLength: ${model.name} takes at most ${model.maxLength} tokens`,
    {
      fix: `Ask for ${model.maxLength} or less.`,
    },
  );
}
