import { encoderModels } from "./embedding-finetune/models.ts";
import { baseModels, type EmbeddedModel } from "./llm-finetune/base-models.ts";

/** The base models of every kind of job that Python packages carry. */
export const embeddedModels: readonly EmbeddedModel[] = [...baseModels, ...encoderModels].flatMap(
  ({ id, embedded }) => (embedded ? [{ id, ...embedded }] : []),
);

/** The embedded model of this id, if it is one. */
export function findEmbeddedModel(id: string): EmbeddedModel | undefined {
  return embeddedModels.find((model) => model.id === id);
}
