import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { AssignmentView } from "@trainchain/protocol";
import { openShard } from "../../trainer/shard-stream.ts";
import type { StepContext } from "../step-context.ts";
import { sealedStartPath } from "./fetch-shard.ts";

/** What training starts from in a later round, in the clear; removed with the rows once the adapter is submitted. */
export function startPath(jobDir: string): string {
  return join(jobDir, "start.safetensors");
}

/**
 * Lays down the adapter that this round's trainers start from, with exactly the bytes that the job's spec names;
 * undefined in a first round, which starts from the job's seed.
 */
export async function placeStart(
  { jobDir, signal }: StepContext,
  { start }: AssignmentView,
): Promise<string | undefined> {
  if (!start) return undefined;
  const path = startPath(jobDir);
  const plain = await openShard({ ...start, path: sealedStartPath(jobDir) });
  await pipeline(plain, createWriteStream(`${path}.part`, { mode: 0o600 }), { signal });
  await rename(`${path}.part`, path);
  return path;
}
