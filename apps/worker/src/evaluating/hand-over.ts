import { chmod, chown, readdir, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { TrainChainError } from "@trainchain/protocol";

/**
 * Lets the group of `sharedDir` read what the arguments name below it, and nothing else there: a file, or a folder with
 * the files in it. On the way there it may enter folders and not list them. It may write nowhere.
 */
export async function handOver(sharedDir: string, args: readonly string[]): Promise<void> {
  const { gid } = await stat(sharedDir);
  try {
    for (const path of args.filter((arg) => arg.startsWith(sharedDir + sep)))
      await handOverPath(sharedDir, path, gid);
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", "the evaluator cannot be handed a file", {
      fix: `The worker's user must own ${sharedDir} and be of its group, which is the evaluator's.`,
      cause,
    });
  }
}

async function handOverPath(sharedDir: string, path: string, gid: number): Promise<void> {
  const open = async (name: string, mode: number) => {
    // In this order: what the worker's own group might write, the other group never may.
    await chmod(name, mode);
    await chown(name, -1, gid);
  };
  for (let folder = dirname(path); folder !== sharedDir; folder = dirname(folder)) {
    const before = await stat(folder);
    await open(folder, 0o710 | (before.gid === gid ? before.mode & 0o040 : 0));
  }
  if (!(await stat(path)).isDirectory()) return open(path, 0o640);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isFile()) await open(join(path, entry.name), 0o640);
  await open(path, 0o750);
}
