import { Worker } from "node:worker_threads";
import type { ScatterIndex } from "./scatter-file.ts";
import { createShardWork, type ShardAnswer, type ShardOrder } from "./shard-work.ts";

const bufferBytes = 1_048_576;
/** Filled here, or on their way through the work. */
const mostBuffers = 20;

/** Whoever works: it is told, and answers. */
interface Workman {
  tell(order: ShardOrder): void;
  end(): Promise<unknown>;
}

export type ShardLink = ReturnType<typeof createLink>;

/** Starts a thread that orders, hashes and writes what is read and filled here, in buffers that go to it and come back. */
export function startThread(): ShardLink {
  return createLink((hear, fail) => {
    const thread = new Worker(new URL("./shard-thread.ts", import.meta.url));
    thread.on("error", fail);
    thread.on("exit", () => fail(new Error("the thread that writes files ended")));
    thread.on("message", hear);
    return {
      tell(order) {
        const moved = "rows" in order ? [order.rows] : "part" in order ? [order.part] : [];
        thread.postMessage(order, moved);
      },
      end: () => thread.terminate(),
    };
  });
}

/** The same without a thread: to start one takes as long as the work on some tens of megabytes. */
export function workHere(): ShardLink {
  return createLink((hear, fail) =>
    createShardWork((told) => ("failure" in told ? fail(told.failure) : hear(told))),
  );
}

function createLink(start: (hear: (answer: ShardAnswer) => void, fail: (error: unknown) => void) => Workman) {
  const free: Buffer<ArrayBuffer>[] = [];
  let made = 0;
  const hashes: string[] = [];
  let index: ScatterIndex | undefined;
  let failure: { error: unknown } | undefined;
  /** Called at each answer. */
  let wake = () => {};

  const fail = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  const workman = start((answer) => {
    if ("free" in answer) free.push(Buffer.from(answer.free));
    else if ("index" in answer) index = answer.index;
    else if ("sha256" in answer) hashes.push(answer.sha256);
    wake();
  }, fail);

  const make = (bytes: number) => {
    made += 1;
    return Buffer.from(new ArrayBuffer(bytes));
  };

  /** Waits until there is an answer of some kind. */
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

  return {
    tell: workman.tell,

    /** A buffer to be filled, of at least so many bytes: one more than there should be where none is free. */
    buffer(bytes = bufferBytes): Buffer<ArrayBuffer> {
      const found = free.pop() ?? make(Math.max(bytes, bufferBytes));
      return found.length < bytes ? Buffer.from(new ArrayBuffer(bytes)) : found;
    },

    /** Undefined where there is a buffer to be had; else what to wait for. */
    room(): Promise<void> | undefined {
      if (failure) throw failure.error;
      if (free.length > 0 || made < mostBuffers) return undefined;
      return until(() => (free.length > 0 ? true : undefined)).then(() => undefined);
    },

    /** Where the rows lie, once they are all sorted into the scratch file. */
    scattered: () => until(() => index),

    /** The hashes of so many parts, in their order, once their bytes are on the disk. */
    hashes: (parts: number) => until(() => (hashes.length === parts ? hashes : undefined)),

    /** To be called at the end, whether or not all was well. */
    async close(): Promise<void> {
      await workman.end();
    },
  };
}
