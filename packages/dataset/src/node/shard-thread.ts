import { parentPort } from "node:worker_threads";
import { createRowOrder } from "../row-order.ts";
import { createPartFile } from "./part-file.ts";
import { createScatterFile, type ScatterIndex, type ScatterOptions } from "./scatter-file.ts";

/** What the thread is told. Rows and parts lie in a buffer from its beginning on, and are the thread's from then on. */
export type ThreadOrder =
  /** To sort the rows that follow into a scratch file, shuffled by a seed. */
  | { scatter: ScatterOptions; seed: number }
  /** So many bytes of rows, each behind the length of its bytes (uint32, little-endian). */
  | { rows: ArrayBuffer; used: number }
  | { scattered: true }
  /** To begin a part's file, to write so many bytes of a buffer into it, to end it. */
  | { open: string }
  | { part: ArrayBuffer; used: number }
  | { end: true };

/** What it answers: a buffer that may be filled again, where the rows lie, a part's hash. What the disk refuses ends it. */
export type ThreadAnswer = { free: ArrayBuffer } | { index: ScatterIndex } | { sha256: string };

const port = parentPort!;
let scatter: Promise<Awaited<ReturnType<typeof createScatterFile>>>;
let orderOf: (row: number) => number;
let row = 0;
/** What is done one after the other. */
let scattering: Promise<void> = Promise.resolve();
let part: ReturnType<typeof createPartFile>;
/** All hashes that were answered: a file is synced while the next one is written. */
let hashes: Promise<void> = Promise.resolve();

port.on("message", (order: ThreadOrder) => {
  if ("scatter" in order) {
    scatter = createScatterFile(order.scatter);
    orderOf = createRowOrder(order.seed);
  } else if ("rows" in order) {
    scattering = scatterRows(scattering, order);
  } else if ("scattered" in order) {
    scattering = endScatter(scattering);
  } else if ("open" in order) {
    part = createPartFile(order.open);
  } else if ("part" in order) {
    void part.write(new Uint8Array(order.part, 0, order.used)).then(() => free(order.part));
  } else {
    hashes = endPart(hashes, part.end());
  }
});

async function scatterRows(
  before: Promise<void>,
  { rows, used }: { rows: ArrayBuffer; used: number },
): Promise<void> {
  await before;
  const file = await scatter;
  const bytes = new Uint8Array(rows);
  const view = new DataView(rows);
  for (let at = 0; at < used; ) {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    file.add(orderOf(row++), bytes.subarray(start, at));
  }
  await file.settle();
  free(rows);
}

async function endScatter(before: Promise<void>): Promise<void> {
  await before;
  answer({ index: await (await scatter).finish() });
}

async function endPart(before: Promise<void>, ending: Promise<string>): Promise<void> {
  const sha256 = await ending;
  await before;
  answer({ sha256 });
}

function free(buffer: ArrayBuffer): void {
  answer({ free: buffer }, [buffer]);
}

function answer(told: ThreadAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(told, transfer);
}
