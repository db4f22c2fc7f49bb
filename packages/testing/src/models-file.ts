import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localModelName } from "@trainchain/protocol";

/**
 * Writes an operator's catalogue of models, each said by its folder alone.
 *
 * @param dir where the file is to lie
 * @param folders of the models, by absolute paths
 * @returns the file's path, which is what the setting MODELS_FILE takes
 */
export async function writeModelsFile(dir: string, folders: readonly string[]): Promise<string> {
  const file = join(dir, "models.json");
  const models = folders.map((path) => ({ id: localModelName(path), path }));
  await writeFile(file, `${JSON.stringify({ models }, null, 2)}\n`);
  return file;
}
