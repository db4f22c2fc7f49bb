import { openAsBlob } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { parquetRows } from "../parquet-rows.ts";
import type { ProblemKind } from "../problems.ts";
import { UnreadableFile } from "../unreadable-file.ts";

/** What the thread answers each time that it is asked for more rows. */
export type ParquetAnswer = { rows: Uint8Array } | { done: true } | { failed: ProblemKind; message: string };

const port = parentPort!;
const file = workerData as string | Blob;
const rows = parquetRows(typeof file === "string" ? await openAsBlob(file) : file);

port.on("message", async () => port.postMessage(await answer()));

async function answer(): Promise<ParquetAnswer> {
  try {
    const { done, value } = await rows.next();
    return done ? { done } : { rows: value };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { failed: error.kind, message: error.message };
  }
}
