import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";

/** What the thread is told: to begin a file, to write so many bytes of a buffer, to end the file. */
export type PartOrder = { open: string } | { buffer: ArrayBuffer; used: number } | { end: true };

/** What it answers: a buffer that may be filled again, or a file's hash. What the disk refuses ends it. */
export type PartAnswer = { written: ArrayBuffer } | { sha256: string };

const port = parentPort!;
let file: number;
let hash: Hash;

port.on("message", (order: PartOrder) => {
  const answer = obey(order);
  if (answer) port.postMessage(answer, "written" in answer ? [answer.written] : []);
});

function obey(order: PartOrder): PartAnswer | undefined {
  if ("open" in order) {
    file = openSync(order.open, "wx");
    hash = createHash("sha256");
    return undefined;
  }
  if ("end" in order) {
    fsyncSync(file);
    closeSync(file);
    return { sha256: hash.digest("hex") };
  }
  const bytes = new Uint8Array(order.buffer, 0, order.used);
  hash.update(bytes);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  return { written: order.buffer };
}
