import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { workDir } from "./work-dir.ts";

/** What trainer/train_llm.py leaves in its work folder of the states that its training passed through. */
const leftByTrainer = "boundaries";

/** Where the states of a delivered training lie until its job is over: the platform may ask for some. */
function boundariesDir(jobDir: string): string {
  return join(jobDir, "boundaries");
}

/** The file of one of them, counted from 0: boundary i lies before stage i. */
export function boundaryPath(jobDir: string, boundary: number): string {
  return join(boundariesDir(jobDir), `${boundary}.safetensors`);
}

/**
 * Keeps what a trainer has left; asked a second time, after a crash, there is nothing left to move. Says whether there
 * are any, here or before.
 */
export async function keepBoundaries(jobDir: string): Promise<boolean> {
  const left = join(workDir(jobDir), leftByTrainer);
  await rename(left, boundariesDir(jobDir)).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return;
    // Of a training that was begun anew.
    await dropBoundaries(jobDir);
    await rename(left, boundariesDir(jobDir));
  });
  return existsSync(boundariesDir(jobDir));
}

export async function dropBoundaries(jobDir: string): Promise<void> {
  await rm(boundariesDir(jobDir), { recursive: true, force: true });
}
