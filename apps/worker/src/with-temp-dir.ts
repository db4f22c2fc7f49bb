import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes, TrainChainError } from "@trainchain/protocol";
import { freeBytesOf, isAlive } from "@trainchain/protocol/node";
import type { Env } from "./env.ts";

/** A process's id and the six characters of `mkdtemp`. */
const ofWithTempDir = /^(\d+)-[A-Za-z0-9]{6}$/;

/** Where temporary folders lie: with an evaluator of another user, where that one may be handed files. */
export function tempDirOf({ EVALUATOR_SOCKET, EVALUATOR_DIR, DATA_DIR }: Env): string {
  return EVALUATOR_SOCKET && EVALUATOR_DIR ? EVALUATOR_DIR : join(DATA_DIR, "worker-tmp");
}

/**
 * Runs `work` with an empty folder and removes it with all it holds, whatever happens: what lies in it is plain
 * text of sealed data. The name carries this process's id, so that a later process removes what a kill left behind.
 */
export async function withTempDir<Result>(
  tempDir: string,
  work: (dir: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(tempDir, { recursive: true, mode: 0o700 });
  const dir = await mkdtemp(join(tempDir, `${process.pid}-`));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** What stays free for everything else on the disk of temporary files: no more than the API leaves when it takes states. */
const minFreeBytes = 64 * 1024 ** 2;

/** Whether so many bytes more have room in a temporary folder. */
export async function hasRoom(dir: string, neededBytes: number): Promise<boolean> {
  return (await freeBytesOf(dir)) - neededBytes >= minFreeBytes;
}

/**
 * That so many bytes more have room there.
 * @throws TrainChainError `disk-full`
 */
export async function assertRoom(dir: string, neededBytes: number): Promise<void> {
  if (await hasRoom(dir, neededBytes)) return;
  throw new TrainChainError("disk-full", `the worker's disk has no room for ${formatBytes(neededBytes)}`, {
    fix: "Free some space there; it is tried again by itself.",
  });
}

/** Removes the folders that processes which have ended made here, and nothing else: the folder is the operator's. */
export async function removeLeftovers(tempDir: string): Promise<void> {
  const names = await readdir(tempDir).catch(() => []);
  const left = names.filter((name) => {
    const [, pid] = ofWithTempDir.exec(name) ?? [];
    return pid !== undefined && !isAlive(Number(pid));
  });
  await Promise.all(left.map((name) => rm(join(tempDir, name), { recursive: true, force: true })));
}
