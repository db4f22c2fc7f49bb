import type { BaseModel, EmbeddedModel } from "./adapters/base-model.ts";
import { encoderModels } from "./embedding-finetune/models.ts";
import { baseModels } from "./llm-finetune/base-models.ts";

/** The base models of every kind of job whose contributors train adapters, as they are shipped. */
export const shippedModels: readonly BaseModel[] = [...baseModels, ...encoderModels];

/** Those that Python packages carry. */
export const embeddedModels: readonly EmbeddedModel[] = shippedModels.flatMap(({ id, embedded }) =>
  embedded ? [{ id, ...embedded }] : [],
);

/** The embedded model of this id, if it is one. */
export function findEmbeddedModel(id: string): EmbeddedModel | undefined {
  return embeddedModels.find((model) => model.id === id);
}
