import { openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { type ParquetAnswer, rowsApart } from "../parquet-apart.ts";
import type { DatasetFile } from "../scan-file.ts";

/** A file on this disk, as `scanFile` reads it. `answerMs` is the longest that a part of a Parquet file may take. */
export async function openDatasetFile(
  path: string,
  { answerMs }: { answerMs?: number } = {},
): Promise<DatasetFile> {
  return {
    blob: await openAsBlob(path),
    name: basename(path),
    pieces: () => readPieces(path),
    parquetRows: (unpacked) => rowsApart(parquetThread(unpacked ?? path), answerMs),
  };
}

/** The file's bytes in pieces that are valid until the next one: they share two buffers, which leaves no garbage. */
async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  let [buffer, spare] = [Buffer.allocUnsafeSlow(1_048_576), Buffer.allocUnsafeSlow(1_048_576)];
  let reading = file.read(buffer, 0, buffer.length, null);
  try {
    while (true) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = file.read(spare, 0, spare.length, null);
      reading.catch(() => undefined);
      yield buffer.subarray(0, bytesRead);
      [buffer, spare] = [spare, buffer];
    }
  } finally {
    await reading.catch(() => undefined);
    await file.close();
  }
}

/** Of the thread's values. */
const threadMb = 2_048;

/** A thread that reads a Parquet file; one that takes too much memory is ended, and this process goes on. */
function parquetThread(file: string | Blob) {
  const thread = new Worker(new URL("./parquet-thread.ts", import.meta.url), {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: threadMb },
  });
  // Whoever is not waiting for an answer hears of it with the next.
  thread.on("error", () => undefined);
  return { ask: () => ask(thread), end: () => thread.terminate() };
}

function ask(thread: Worker): Promise<ParquetAnswer> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      thread.off("message", hear).off("error", fail).off("exit", exit);
      settle();
    };
    const refuse = (failed: "damaged-file" | "too-large-unpacked", message: string) =>
      end(() => resolve({ failed, message }));
    const hear = (answer: ParquetAnswer) => end(() => resolve(answer));
    const exit = () => refuse("damaged-file", "its reading ended early");
    const fail = (error: Error & { code?: string }) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") refuse("too-large-unpacked", `more than ${threadMb} MB`);
      else end(() => reject(error));
    };
    thread.on("message", hear).on("error", fail).on("exit", exit);
    thread.postMessage("next");
  });
}
