import { BlobReader, type FileEntry, ZipReader } from "@zip.js/zip.js";
import { isClutter } from "./images/place-of-file.ts";
import type { ProblemKind } from "./problems.ts";
import { type ByteChunks, iteratorOf } from "./scan-dataset.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** Text packs well, but not better than this; below `freeBytes` any share is taken. */
const unpackLimits = { ratio: 200, freeBytes: 64 * 1024 ** 2, totalBytes: 32 * 1024 ** 3, entries: 10_000 };

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
async function* bounded(chunks: AsyncIterable<Uint8Array>, packedBytes: number): AsyncGenerator<Uint8Array> {
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

/** The one data file of a zip archive, or what the archive is instead. */
export type ZipContent =
  | { name: string; chunks: AsyncIterable<Uint8Array> }
  | { kind: ProblemKind; detail?: string };

const dataFile = /\.(jsonl|ndjson|json|csv|tsv|txt|parquet)(\.gz)?$/i;
const imageFile = /\.(png|jpe?g|jfif|webp|bmp|gif|tiff?|heic|avif)$/i;

const packedFile = /\.(zip|7z|rar|tar|tgz|gz|bz2|xz|zst)$/i;

/** Looks into a zip archive by its list of files. */
export async function openZip(archive: Blob): Promise<ZipContent> {
  const options = { useWebWorkers: false, checkCrc32: true, filenameValidation: "tolerant" } as const;
  const reader = new ZipReader(new BlobReader(archive), options);
  const entries: FileEntry[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entry.directory || isClutter(entry.filename)) continue;
      entries.push(entry as FileEntry);
      if (entries.length > unpackLimits.entries) break;
    }
  } catch (error) {
    return { kind: "damaged-file", detail: error instanceof Error ? error.message : "it is no zip archive" };
  }
  const names = entries.map(({ filename }) => filename);
  if (names.includes("xl/workbook.xml")) return { kind: "office-file", detail: "an Excel workbook (.xlsx)" };
  if (names.includes("word/document.xml")) return { kind: "office-file", detail: "a Word document (.docx)" };
  if (names.includes("content.xml") && names.includes("mimetype"))
    return { kind: "office-file", detail: "an OpenDocument file (.ods, .odt)" };
  const data = entries.filter(({ filename }) => dataFile.test(filename));
  const pictures = names.filter((name) => imageFile.test(name) || !/\.[^/]*$/.test(name));
  const [only] = data;
  const packed = names.find((name) => packedFile.test(name));
  if (!only && packed !== undefined && !names.some((name) => imageFile.test(name)))
    return { kind: "packed-file", detail: `inside it is a packed file again, "${packed.slice(0, 60)}"` };
  // Labels of boxes lie beside their images, a text for each.
  const areLabels = data.length > 1 && pictures.length === data.length;
  if (!only || areLabels || pictures.length > data.length) return { kind: "image-archive" };
  const label = ({ filename }: FileEntry) => `"${filename.slice(0, 60)}"`;
  if (data.length > 1)
    return {
      kind: "several-files",
      detail: `${data.slice(0, 5).map(label).join(", ")}${data.length > 5 ? " …" : ""}`,
    };
  if (only.encrypted) return { kind: "packed-file", detail: "it asks for a password" };
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const unpacking = () => only.getData(writable, { useWebWorkers: false, checkCrc32: true });
  return { name: only.filename, chunks: bounded(startedBy(unpacking, readable), only.compressedSize) };
}

/** Reads a stream whose writer begins with the first read; its failure is the reader's. */
async function* startedBy(start: () => Promise<unknown>, stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  let failure: { error: unknown } | undefined;
  const writing = start().catch((error: unknown) => {
    failure = { error };
    // A writer that fails need not have closed its stream: a read would wait for it without end.
    reader.cancel().catch(() => undefined);
  });
  yield* piecesOf(reader);
  await writing;
  if (failure) throw failure.error;
}

/** `ReadableStream` is not iterable in every browser. */
async function* piecesOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
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
