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
