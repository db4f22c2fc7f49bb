import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { parentPort } from "node:worker_threads";

/** What the thread is told: to begin a file, to write so many bytes of a buffer, to end the file. */
export type PartOrder = { open: string } | { buffer: ArrayBuffer; used: number } | { end: true };

/** What it answers: a buffer that may be filled again, or a file's hash. What the disk refuses ends it. */
export type PartAnswer = { written: ArrayBuffer } | { sha256: string };

const port = parentPort!;
let file: Promise<FileHandle>;
let hash: Hash;
/** All that was given to the disk: a buffer is hashed while the one before it is on its way. */
let writes: Promise<void> = Promise.resolve();
/** All hashes that were answered: a file is synced while the next one is written. */
let answers: Promise<void> = Promise.resolve();

port.on("message", (order: PartOrder) => {
  if ("open" in order) {
    file = open(order.open, "wx");
    hash = createHash("sha256");
  } else if ("end" in order) {
    answers = finish(file, writes, answers, hash.digest("hex"));
  } else {
    writes = writeAll(file, writes, order);
    hash.update(new Uint8Array(order.buffer, 0, order.used));
  }
});

async function writeAll(
  opening: Promise<FileHandle>,
  before: Promise<void>,
  { buffer, used }: { buffer: ArrayBuffer; used: number },
): Promise<void> {
  await before;
  const to = await opening;
  for (let done = 0; done < used; )
    done += (await to.write(new Uint8Array(buffer), done, used - done)).bytesWritten;
  answer({ written: buffer }, [buffer]);
}

async function finish(
  opening: Promise<FileHandle>,
  written: Promise<void>,
  before: Promise<void>,
  sha256: string,
): Promise<void> {
  await written;
  const ended = await opening;
  await ended.sync();
  await ended.close();
  await before;
  answer({ sha256 });
}

function answer(told: PartAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(told, transfer);
}
