import { readFileSync } from "node:fs";
import { z } from "zod";
import { TrainChainError } from "../errors.ts";
import { type BaseModel, baseModels, extendCatalogue } from "../kinds/index.ts";

/** The setting of every process that has to do with base models. */
export const modelsFileSchema = z
  .string()
  .optional()
  .describe("JSON file of the operator's own base models, beside the shipped ones; read at start");

/**
 * Refuses the setting that MODELS_FILE took the place of: whoever still has it would go on without their models.
 *
 * @throws TrainChainError `configuration-invalid` where EXTRA_MODELS is set
 */
export function assertNoExtraModels({ EXTRA_MODELS }: Record<string, string | undefined>): void {
  if (!EXTRA_MODELS) return;
  throw new TrainChainError(
    "configuration-invalid",
    "EXTRA_MODELS is a setting no more: it moved to a file named by MODELS_FILE, see docs/models.md",
    {
      fix: "Write each of its folders as an entry of that file, name the file in MODELS_FILE, and remove EXTRA_MODELS.",
    },
  );
}

/**
 * The catalogue of base models: the shipped ones, and the operator's own where a file of them is named.
 *
 * @throws TrainChainError `configuration-invalid`, naming the file, and of each entry that cannot be used what is wrong
 */
export function readModels(file: string | undefined): readonly BaseModel[] {
  return file === undefined ? baseModels : extendCatalogue(textOf(file), file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", `MODELS_FILE: ${file} cannot be read`, {
      fix: "Name a file that this user may read, or leave the setting out.",
      cause,
    });
  }
}
