import { type FileHandle, open } from "node:fs/promises";

/** Before each record: its order (float64) and the length of its bytes (uint32), little-endian. */
const headerBytes = 12;

/** A record of one bucket, where it lies in the bucket's bytes. */
interface Located {
  order: number;
  start: number;
  end: number;
}

/** One bucket's records, in their final order. */
export interface SortedBucket {
  bytes: Buffer;
  records: Located[];
}

interface Extent {
  offset: number;
  length: number;
}

export interface ScatterOptions {
  path: string;
  /** How many parts the range of orders [0, 2^53) is cut into; one bucket at a time is held in memory. */
  buckets: number;
  bufferBytes: number;
}

/**
 * A scratch file that sorts records too many for memory: each goes to the bucket of its order, buckets are then
 * read back one by one and sorted. All buckets share one file and append to it a buffer at a time, so writing is
 * sequential and no limit on open files matters.
 */
export async function createScatterFile({ path, buckets, bufferBytes }: ScatterOptions) {
  const file = await open(path, "wx+");
  const buffers = Array.from({ length: buckets }, () => Buffer.allocUnsafeSlow(bufferBytes));
  const used = new Uint32Array(buckets);
  const extents: Extent[][] = Array.from({ length: buckets }, () => []);
  let writes: Promise<unknown>[] = [];
  let fileBytes = 0;

  /** Buffers whose bytes have reached the file. */
  const free: Buffer<ArrayBuffer>[] = [];

  const flush = (bucket: number) => {
    const full = buffers[bucket]!;
    append(bucket, full.subarray(0, used[bucket]), () => free.push(full));
    buffers[bucket] = free.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    used[bucket] = 0;
  };

  const append = (bucket: number, bytes: Buffer, done: () => void = () => {}) => {
    extents[bucket]!.push({ offset: fileBytes, length: bytes.length });
    writes.push(writeAll(file, bytes, fileBytes).then(done));
    fileBytes += bytes.length;
  };

  const settle = async () => {
    const waiting = writes;
    writes = [];
    await Promise.all(waiting);
  };

  return {
    /** Adds one line (a break is appended). `order` is in [0, 2^53). */
    add(order: number, line: Uint8Array): void {
      const bucket = Math.floor((order / 2 ** 53) * buckets);
      const recordBytes = headerBytes + line.length + 1;
      if (used[bucket]! + recordBytes > bufferBytes) flush(bucket);
      if (recordBytes > bufferBytes) {
        const single = Buffer.allocUnsafeSlow(recordBytes);
        encodeRecord(single, 0, order, line);
        append(bucket, single);
        return;
      }
      encodeRecord(buffers[bucket]!, used[bucket]!, order, line);
      used[bucket]! += recordBytes;
    },

    settle,

    /** The buckets in order, each sorted. Call once, after the last `add`. */
    async *sortedBuckets(): AsyncGenerator<SortedBucket> {
      for (let bucket = 0; bucket < buckets; bucket++) flush(bucket);
      await settle();
      buffers.length = 0;
      free.length = 0;
      const memory = Buffer.allocUnsafeSlow(Math.max(...extents.map(totalLength)));
      for (const parts of extents) {
        const bytes = memory.subarray(0, totalLength(parts));
        let at = 0;
        for (const part of parts) {
          await readAll(file, bytes.subarray(at, at + part.length), part.offset);
          at += part.length;
        }
        yield { bytes, records: sortedRecords(bytes) };
      }
    },

    close: () => file.close(),
  };
}

function encodeRecord(buffer: Buffer, at: number, order: number, line: Uint8Array): void {
  buffer.writeDoubleLE(order, at);
  buffer.writeUInt32LE(line.length + 1, at + 8);
  buffer.set(line, at + headerBytes);
  buffer[at + headerBytes + line.length] = 0x0a;
}

/** Records were added in the order of their rows and the sort is stable, so equal orders stay in row order. */
function sortedRecords(bytes: Buffer): Located[] {
  const records: Located[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + headerBytes;
    const end = start + bytes.readUInt32LE(at + 8);
    records.push({ order: bytes.readDoubleLE(at), start, end });
    at = end;
  }
  return records.sort((a, b) => a.order - b.order);
}

function totalLength(extents: Extent[]): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
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
