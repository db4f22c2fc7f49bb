import { type ByteChunks, iteratorOf } from "./scan-dataset.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** Text packs well, but not better than this; below `freeBytes` any share is taken. */
export const unpackLimits = {
  ratio: 200,
  freeBytes: 64 * 1024 ** 2,
  totalBytes: 32 * 1024 ** 3,
  entries: 10_000,
};

/** Passes bytes on until they are more than so many packed ones may unpack to. */
export async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  packedBytes: number,
): AsyncGenerator<Uint8Array> {
  const most = Math.min(
    unpackLimits.totalBytes,
    Math.max(unpackLimits.freeBytes, unpackLimits.ratio * packedBytes),
  );
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most)
      throw new UnreadableFile("too-large-unpacked", `more than ${most.toLocaleString("en")} bytes`);
    yield chunk;
  }
}

/** The same of an archive: what it cannot unpack is its own fault. */
export async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  packedBytes: number,
): AsyncGenerator<Uint8Array> {
  try {
    yield* limited(chunks, packedBytes);
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    const why = error instanceof Error ? error.message : "";
    throw new UnreadableFile("damaged-file", why || "it does not unpack");
  }
}

/** What is inside a gzip file, as it arrives. */
export function gunzip(chunks: ByteChunks, packedBytes: number): AsyncIterable<Uint8Array> {
  const unpacked = streamOf(chunks).pipeThrough(new DecompressionStream("gzip"));
  return bounded(piecesOf(unpacked.getReader()), packedBytes);
}

/** `ReadableStream` is not iterable in every browser. */
export async function* piecesOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Not waited for: it may wait for a writer that waits for this.
    reader.cancel().catch(() => undefined);
  }
}

function streamOf(chunks: ByteChunks): ReadableStream<BufferSource> {
  const iterator = iteratorOf(chunks);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      // A copy: who sends the pieces may fill their memory anew.
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
