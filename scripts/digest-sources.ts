import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * SHA-256 in hex of files of the repository, by name and content, tests left out: what was built from them is old once
 * it differs.
 *
 * @param sources files and folders, from the repository's root; what is not there counts as empty
 */
export async function digestSources(sources: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of (await Promise.all(sources.map(filesIn))).flat())
    hash.update(file).update(await readFile(join(root, file)));
  return hash.digest("hex");
}

async function filesIn(source: string): Promise<string[]> {
  const found = await stat(join(root, source)).catch(() => undefined);
  if (!found?.isDirectory()) return found ? [source] : [];
  const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}
