import { createRowOrder } from "../row-order.ts";
import { createPartFile } from "./part-file.ts";
import { createScatterFile, type ScatterIndex, type ScatterOptions } from "./scatter-file.ts";

/** What is to be done. Rows and parts lie in a buffer from its beginning on, which is not to be touched until it is free. */
export type ShardOrder =
  /** To sort the rows that follow into a scratch file, shuffled by a seed. */
  | { scatter: ScatterOptions; seed: number }
  /** So many bytes of rows, each behind the length of its bytes (uint32, little-endian). */
  | { rows: ArrayBuffer; used: number }
  | { scattered: true }
  /** To begin a part's file, to write so many bytes of a buffer into it, to end it. */
  | { open: string }
  | { part: ArrayBuffer; used: number }
  | { end: true };

/** What is answered: a buffer that may be filled again, where the rows lie, a part's hash, what the disk refuses. */
export type ShardAnswer =
  | { free: ArrayBuffer }
  | { index: ScatterIndex }
  | { sha256: string }
  | { failure: unknown };

/**
 * Orders, hashes and writes what it is told to, one after the other; at its end it lets go of the file that it writes.
 * `moved` is a buffer that comes back.
 */
export function createShardWork(answer: (told: ShardAnswer, moved: ArrayBuffer[]) => void) {
  let scatter: ReturnType<typeof createScatterFile>;
  let orderOf: (row: number) => number;
  let row = 0;
  /** What is done one after the other. */
  let scattering: Promise<void> = Promise.resolve();
  let part: ReturnType<typeof createPartFile> | undefined;
  /** All hashes that were answered: a file is synced while the next one is written. */
  let hashes: Promise<void> = Promise.resolve();

  const free = (buffer: ArrayBuffer) => answer({ free: buffer }, [buffer]);
  const fail = (failure: unknown) => answer({ failure }, []);

  const scatterRows = async (before: Promise<void>, rows: ArrayBuffer, used: number) => {
    await before;
    const bytes = new Uint8Array(rows);
    const view = new DataView(rows);
    const file = await scatter;
    for (let at = 0; at < used; ) {
      const start = at + 4;
      at = start + view.getUint32(at, true);
      file.add(orderOf(row++), bytes.subarray(start, at));
    }
    await file.settle();
    free(rows);
  };

  const endScatter = async (before: Promise<void>) => {
    await before;
    answer({ index: await (await scatter).finish() }, []);
  };

  const endPart = async (before: Promise<void>, ending: Promise<string>) => {
    const sha256 = await ending;
    await before;
    answer({ sha256 }, []);
  };

  const tell = (order: ShardOrder) => {
    if ("scatter" in order) {
      scatter = createScatterFile(order.scatter);
      scatter.catch(fail);
      orderOf = createRowOrder(order.seed);
    } else if ("rows" in order) {
      scattering = scatterRows(scattering, order.rows, order.used);
      scattering.catch(fail);
    } else if ("scattered" in order) {
      scattering = endScatter(scattering);
      scattering.catch(fail);
    } else if ("open" in order) {
      part = createPartFile(order.open);
    } else if ("part" in order) {
      part
        ?.write(new Uint8Array(order.part, 0, order.used))
        .then(() => free(order.part))
        .catch(fail);
    } else if (part) {
      hashes = endPart(hashes, part.end());
      hashes.catch(fail);
    }
  };
  return { tell, end: async () => part?.close() };
}
