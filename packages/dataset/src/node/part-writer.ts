import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import type { PartAnswer, PartOrder } from "./part-thread.ts";

/** A file that was written, as the manifest names it. */
export interface PartFile {
  file: string;
  rows: number;
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
}

export type PartWriter = ReturnType<typeof createPartWriter>;

const bufferBytes = 1_048_576;
/** Filled here, or on their way through the thread. */
const mostBuffers = 4;

/** Writes shards and the holdout, one after the other; a thread of its own hashes and writes what is filled here. */
export function createPartWriter() {
  const thread = new Worker(new URL("./part-thread.ts", import.meta.url));
  const free: Buffer<ArrayBuffer>[] = [];
  let buffers = 1;
  let buffer = Buffer.from(new ArrayBuffer(bufferBytes));
  let used = 0;
  const files: Omit<PartFile, "sha256">[] = [];
  const hashes: string[] = [];
  let failure: { error: unknown } | undefined;
  /** Called at each answer. */
  let wake = () => {};

  const fail = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  thread.on("error", fail);
  thread.on("exit", () => fail(new Error("the thread that writes parts ended")));
  thread.on("message", (answer: PartAnswer) => {
    if ("sha256" in answer) hashes.push(answer.sha256);
    else free.push(Buffer.from(answer.written));
    wake();
  });

  const tell = (order: PartOrder, transfer: ArrayBuffer[] = []) => thread.postMessage(order, transfer);

  /** Waits until the thread has answered with something. */
  const until = async <Value>(find: () => Value | undefined): Promise<Value> => {
    while (true) {
      if (failure) throw failure.error;
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  const flush = async () => {
    files.at(-1)!.sizeBytes += used;
    tell({ buffer: buffer.buffer, used }, [buffer.buffer]);
    used = 0;
    if (buffers < mostBuffers) {
      buffers += 1;
      buffer = Buffer.from(new ArrayBuffer(bufferBytes));
    } else buffer = await until(() => free.pop());
  };

  return {
    /** Begins a file, which must not be there. */
    open(path: string): void {
      files.push({ file: basename(path), rows: 0, sizeBytes: 0 });
      tell({ open: path });
    },

    /** Returns a promise only where the row did not fit into the buffer: await it before the next call. */
    write(source: Buffer, start: number, end: number): Promise<void> | undefined {
      files.at(-1)!.rows += 1;
      if (used + end - start <= buffer.length) {
        used += source.copy(buffer, used, start, end);
        return undefined;
      }
      return flush().then(() => {
        if (end - start > buffer.length) buffer = Buffer.from(new ArrayBuffer(end - start));
        used = source.copy(buffer, 0, start, end);
      });
    },

    /** Ends the file; the next may begin while it is written. */
    async finish(): Promise<void> {
      await flush();
      tell({ end: true });
    },

    /** All files that were ended, in their order, once their bytes are on the disk. */
    async written(): Promise<PartFile[]> {
      await until(() => hashes.length === files.length || undefined);
      return files.map((file, at) => ({ ...file, sha256: hashes[at]! }));
    },

    /** To be called at the end, whether or not all was well. */
    async close(): Promise<void> {
      await thread.terminate();
    },
  };
}
