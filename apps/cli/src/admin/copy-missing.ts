import { constants } from "node:fs";
import { copyFile, mkdir, opendir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Copies the files of a folder that the other lacks or has in another size: content is named by its hash, so what is
 * there already stays. A file that vanishes meanwhile is left out; each appears whole or not at all.
 * @returns how many files were copied.
 */
export async function copyMissing(from: string, to: string, skip: readonly string[] = []): Promise<number> {
  const entries = await opendir(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  let copied = 0;
  await mkdir(to, { recursive: true, mode: 0o700 });
  for await (const entry of entries) {
    if (skip.includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copied += await copyMissing(source, target);
    else if (entry.isFile() && (await differ(source, target))) copied += await copyWhole(source, target);
  }
  return copied;
}

async function differ(source: string, target: string): Promise<boolean> {
  const [there, here] = await Promise.all([sizeOf(source), sizeOf(target)]);
  return there !== undefined && there !== here;
}

async function copyWhole(source: string, target: string): Promise<number> {
  const part = `${target}.part`;
  try {
    await copyFile(source, part, constants.COPYFILE_FICLONE);
    await rename(part, target);
    return 1;
  } catch (error) {
    await rm(part, { force: true });
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}
