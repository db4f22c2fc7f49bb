import { createRowMemory } from "./row-memory.ts";
import { createRowScatter } from "./row-scatter.ts";
import { type ScatterOptions, type SortedBucket, sortedBuckets } from "./scatter-file.ts";
import { type ShardLink, startThread, workHere } from "./shard-link.ts";

interface ShuffleOptions {
  /** The scratch file's path, which must not be there. */
  scratch: string;
  /** Of the file that the rows are from. */
  sizeBytes: number;
  seed: number;
  /** Of rows that are kept in memory. */
  mostInMemory?: number;
}

/** Shuffled rows, and what writes them on. */
interface Shuffled {
  buckets: AsyncIterable<SortedBucket> | Iterable<SortedBucket>;
  link: ShardLink;
}

/**
 * Shuffles rows by a seed, in memory while they fit into it, else through a scratch file and a thread. To start that
 * takes as long as all the work on some tens of megabytes.
 */
export function createRowShuffle({ scratch, sizeBytes, seed, mostInMemory = 2 ** 27 }: ShuffleOptions) {
  let link: ShardLink | undefined;
  let scatter: ReturnType<typeof createRowScatter> | undefined;
  const spill = () => {
    link = startThread();
    scatter = createRowScatter(link, seed, { path: scratch, ...bucketSizes(sizeBytes) });
    return scatter;
  };
  // As JSON rows are longer than they were as a table; those of a packed file that is much smaller are written on.
  let memory =
    sizeBytes > mostInMemory
      ? undefined
      : createRowMemory(seed, Math.min(mostInMemory, 4 * sizeBytes + 65_536));
  if (!memory) spill();

  return {
    /** Adds a row; its bytes may change afterwards. */
    add(row: Uint8Array): void {
      if (!scatter) {
        if (memory?.add(row)) return;
        const { add } = spill();
        for (const earlier of memory?.added() ?? []) add(earlier);
        memory = undefined;
      }
      scatter?.add(row);
    },

    /** To be awaited now and then, so that a slow disk holds the reading back. */
    settle: () => scatter?.settle(),

    /** Call once, after the last `add`. */
    async finish(): Promise<Shuffled> {
      if (link && scatter) return { buckets: sortedBuckets(scratch, await scatter.finish()), link };
      link = workHere();
      return { buckets: memory ? [memory.shuffled()] : [], link };
    },

    /** To be called at the end, whether or not all was well. */
    async close(): Promise<void> {
      await link?.close();
    },
  };
}

/** Buckets of about 4 MB, at most 1,024 of them (100 GB are sorted 100 MB at a time); buffers of 32 to 64 MB in all. */
function bucketSizes(sizeBytes: number): Omit<ScatterOptions, "path"> {
  const buckets = Math.min(1_024, Math.max(1, Math.ceil(sizeBytes / 4e6)));
  return { buckets, bufferBytes: Math.min(524_288, Math.max(65_536, Math.floor(2 ** 25 / buckets))) };
}
