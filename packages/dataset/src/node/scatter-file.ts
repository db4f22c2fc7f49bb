import { type FileHandle, open } from "node:fs/promises";

/** Before each record: its order (float64) and the length of its bytes (uint32), little-endian. */
const headerBytes = 12;

/** Lines in their final order. */
export interface SortedBucket {
  bytes: Buffer;
  /** Where each line lies in `bytes`: its start and its end, one line after the other. */
  places: Uint32Array;
}

interface Extent {
  offset: number;
  length: number;
}

/** Where each bucket's records lie in the file, and how many they are. */
export interface ScatterIndex {
  extents: Extent[][];
  records: Uint32Array;
}

export interface ScatterOptions {
  /** Of the file, which must not be there. */
  path: string;
  /** How many parts the range of orders [0, 2^53) is cut into; one bucket at a time is held in memory. */
  buckets: number;
  bufferBytes: number;
}

/**
 * Writes a scratch file that sorts records too many for memory: each goes to the bucket of its order; buckets are then
 * read back one by one and sorted (`sortedBuckets`). All buckets share one file and append to it a buffer at a time, so
 * writing is sequential and no limit on open files matters.
 */
export async function createScatterFile({ path, buckets, bufferBytes }: ScatterOptions) {
  const file = await open(path, "wx");
  const buffers = Array.from({ length: buckets }, () => recordBuffer(bufferBytes));
  const used = new Uint32Array(buckets);
  const records = new Uint32Array(buckets);
  const extents: Extent[][] = Array.from({ length: buckets }, () => []);
  let writes: Promise<unknown>[] = [];
  /** Those of the call before. */
  let earlier: Promise<unknown> = Promise.resolve();
  let fileBytes = 0;

  /** Buffers whose bytes have reached the file. */
  const free: RecordBuffer[] = [];

  const flush = (bucket: number) => {
    const full = buffers[bucket]!;
    append(bucket, full.bytes.subarray(0, used[bucket]), () => free.push(full));
    buffers[bucket] = free.pop() ?? recordBuffer(bufferBytes);
    used[bucket] = 0;
  };

  const append = (bucket: number, bytes: Uint8Array, done: () => void = () => {}) => {
    extents[bucket]!.push({ offset: fileBytes, length: bytes.length });
    const write = writeAll(file, bytes, fileBytes).then(done);
    // Whoever settles hears of it; where nobody does any more, it ends no process.
    write.catch(() => undefined);
    writes.push(write);
    fileBytes += bytes.length;
  };

  /** Waits for what was being written at the last call, so that the disk has a piece's time for a piece. */
  const settle = async () => {
    const before = earlier;
    earlier = Promise.all(writes);
    earlier.catch(() => undefined);
    writes = [];
    await before;
  };

  return {
    /** Adds one line (a break is appended). `order` is in [0, 2^53). */
    add(order: number, line: Uint8Array): void {
      const bucket = Math.floor((order / 2 ** 53) * buckets);
      const recordBytes = headerBytes + line.length + 1;
      records[bucket]! += 1;
      if (used[bucket]! + recordBytes > bufferBytes) flush(bucket);
      if (recordBytes > bufferBytes) {
        const single = recordBuffer(recordBytes);
        encodeRecord(single, 0, order, line);
        append(bucket, single.bytes);
        return;
      }
      encodeRecord(buffers[bucket]!, used[bucket]!, order, line);
      used[bucket]! += recordBytes;
    },

    settle,

    /** Writes what is left and closes the file. */
    async finish(): Promise<ScatterIndex> {
      for (const [bucket, buffer] of buffers.entries())
        append(bucket, buffer.bytes.subarray(0, used[bucket]));
      await settle();
      await settle();
      await file.close();
      return { extents, records };
    },
  };
}

/** The buckets of a scratch file in order, each sorted. */
export async function* sortedBuckets(
  path: string,
  { extents, records }: ScatterIndex,
): AsyncGenerator<SortedBucket> {
  const file = await open(path, "r");
  /** All of a bucket's records, as they were added; none behind the last. */
  const readBucket = async (bucket: number, memory: Buffer): Promise<Buffer> => {
    let at = 0;
    for (const part of extents[bucket] ?? []) {
      await readAll(file, memory.subarray(at, at + part.length), part.offset);
      at += part.length;
    }
    return memory.subarray(0, at);
  };
  try {
    // One is read while the one before it is sorted and taken.
    const mostBytes = Math.max(...extents.map(totalLength));
    let [memory, spare] = [Buffer.allocUnsafeSlow(mostBytes), Buffer.allocUnsafeSlow(mostBytes)];
    let reading = readBucket(0, memory);
    for (const [bucket, count] of records.entries()) {
      const bytes = await reading;
      reading = readBucket(bucket + 1, spare);
      reading.catch(() => undefined);
      yield { bytes, places: sortedPlaces(bytes, count) };
      [memory, spare] = [spare, memory];
    }
  } finally {
    await file.close();
  }
}

interface RecordBuffer {
  bytes: Uint8Array;
  view: DataView;
}

function recordBuffer(sizeBytes: number): RecordBuffer {
  const { buffer } = Buffer.allocUnsafeSlow(sizeBytes);
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer) };
}

function encodeRecord({ bytes, view }: RecordBuffer, at: number, order: number, line: Uint8Array): void {
  view.setFloat64(at, order, true);
  view.setUint32(at + 8, line.length + 1, true);
  bytes.set(line, at + headerBytes);
  bytes[at + headerBytes + line.length] = 0x0a;
}

/** Where a bucket's lines lie, by order. Records were added in the order of their rows; equal orders stay in it. */
function sortedPlaces(bytes: Buffer, records: number): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const orders = new Float64Array(records);
  const ends = new Uint32Array(records + 1);
  for (let record = 0; record < records; record++) {
    const at = ends[record]!;
    orders[record] = view.getFloat64(at, true);
    ends[record + 1] = at + headerBytes + view.getUint32(at + 8, true);
  }
  const sorted = sortedIndexes(orders);
  const places = new Uint32Array(2 * records);
  for (let to = 0; to < records; to++) {
    places[2 * to] = ends[sorted[to]!]! + headerBytes;
    places[2 * to + 1] = ends[sorted[to]! + 1]!;
  }
  return places;
}

/**
 * Which number comes first, second …, equal ones as they stand. Orders are drawn evenly, so by as many cells as there
 * are numbers each is put near its place at once, and next to nothing is left to do.
 */
export function sortedIndexes(orders: Float64Array): Uint32Array {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const order of orders) {
    low = Math.min(low, order);
    high = Math.max(high, order);
  }
  const scale = orders.length / (high - low + 1);
  const cellOf = (order: number) => Math.min(orders.length - 1, Math.floor((order - low) * scale));
  const next = new Uint32Array(orders.length + 1);
  for (const order of orders) next[cellOf(order) + 1]! += 1;
  for (let cell = 1; cell < next.length; cell++) next[cell]! += next[cell - 1]!;
  const sorted = new Uint32Array(orders.length);
  for (let index = 0; index < orders.length; index++) {
    const cell = cellOf(orders[index]!);
    sorted[next[cell]!] = index;
    next[cell]! += 1;
  }
  for (let index = 1; index < sorted.length; index++) {
    const record = sorted[index]!;
    let to = index;
    for (; to > 0 && orders[sorted[to - 1]!]! > orders[record]!; to--) sorted[to] = sorted[to - 1]!;
    sorted[to] = record;
  }
  return sorted;
}

function totalLength(extents: Extent[]): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function readAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new Error("the scratch file ended early");
    done += bytesRead;
  }
}
