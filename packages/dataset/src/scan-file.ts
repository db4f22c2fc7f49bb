import { findForeignFile, utf16Encoding } from "./foreign-file.ts";
import { createProblemLog, type ProblemKind } from "./problems.ts";
import {
  type ByteChunks,
  type DatasetReport,
  iteratorOf,
  type RowVisitor,
  type ScanOptions,
  scanText,
} from "./scan-dataset.ts";
import { sampleBytes, shapeOfText } from "./text-shape.ts";
import { gunzip, limited } from "./unpack.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** A file that may hold rows. */
export interface DatasetFile {
  blob: Blob;
  name: string;
  /** Its bytes from the first on; the blob's own where absent. */
  pieces?: () => ByteChunks;
  /** How the rows of it, or of a Parquet file that was packed in it, are read as JSON Lines; here where absent. */
  parquetRows?: (unpacked?: Blob) => AsyncIterable<Uint8Array>;
}

/**
 * Checks a file of any kind as it arrives: what it is, how its rows are written, and every problem with its place,
 * field and fix. `visitor` sees every usable row. Memory does not grow with the file.
 */
export async function scanFile(
  file: DatasetFile,
  options: ScanOptions = {},
  visitor: RowVisitor = { row: () => {} },
): Promise<DatasetReport> {
  const { blob, name } = file;
  const first = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  const packing = packingOf(first);
  const pieces = () => file.pieces?.() ?? piecesOf(blob);
  const scanParquet = async (unpacked?: Blob) => {
    const read = file.parquetRows ?? (await parquetReader(blob));
    return scanText(limited(read(unpacked), blob.size), { format: "parquet" }, options, visitor);
  };
  const scanChunks = async (chunks: ByteChunks, inside: string) => {
    const opened = await peek(chunks);
    try {
      if (packingOf(opened.beginning) === "parquet") return await scanParquet(await inMemory(opened.all));
      return await scanOpened(opened, inside, options, visitor);
    } finally {
      // What is refused by its beginning has a file open behind it.
      await opened.close();
    }
  };
  const scan = async () => {
    if (packing === "gzip") return scanChunks(gunzip(pieces(), blob.size), name.replace(/\.gz$/i, ""));
    if (packing === "zip") {
      const { openZip } = await import("./open-zip.ts");
      const content = await openZip(blob);
      if ("kind" in content) return refused(content.kind, blob.size, content.detail);
      return scanChunks(content.chunks, content.name);
    }
    return packing === "parquet" ? scanParquet() : scanChunks(pieces(), name);
  };
  const report = await scan().catch((error: unknown) => {
    if (error instanceof UnreadableFile) return refused(error.kind, blob.size, error.message);
    throw error;
  });
  return { ...report, sizeBytes: blob.size };
}

/** The first bytes of what has to be unpacked before there is text. */
const packings = {
  gzip: [0x1f, 0x8b],
  zip: [0x50, 0x4b, 0x03, 0x04],
  parquet: [0x50, 0x41, 0x52, 0x31],
} as const;

function packingOf(beginning: Uint8Array): keyof typeof packings | undefined {
  const names = Object.keys(packings) as (keyof typeof packings)[];
  return names.find((name) => packings[name].every((byte, at) => beginning[at] === byte));
}

async function parquetReader(file: Blob): Promise<NonNullable<DatasetFile["parquetRows"]>> {
  const { parquetRows } = await import("./parquet-rows.ts");
  return (unpacked = file) => parquetRows(unpacked);
}

/** A Parquet file is read from its end: one that is packed has to be unpacked whole before. */
const mostInMemory = 256 * 1024 ** 2;

async function inMemory(chunks: AsyncIterable<Uint8Array>): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostInMemory)
      throw new UnreadableFile(
        "too-large-unpacked",
        `a packed Parquet file of more than ${mostInMemory.toLocaleString("en")} bytes`,
      );
    pieces.push(new Uint8Array(chunk));
  }
  return new Blob(pieces);
}

/** Checks bytes that are not packed any more. */
async function scanOpened(
  opened: Awaited<ReturnType<typeof peek>>,
  name: string,
  options: ScanOptions,
  visitor: RowVisitor,
): Promise<DatasetReport> {
  const encoding = utf16Encoding(opened.beginning);
  const { beginning, isWhole, all } = encoding ? await peek(transcoded(opened.all, encoding)) : opened;
  if (packingOf(beginning)) return refused("packed-file", 0, "inside it is a packed file again");
  const foreign = findForeignFile(beginning);
  if (foreign) return refused(foreign.kind, 0, foreign.detail);
  const shape = shapeOfText(name, new TextDecoder().decode(beginning), isWhole);
  if ("problem" in shape) return refused(shape.problem, 0, shape.detail, shape.fix);
  return scanText(all, shape, options, visitor);
}

/** The beginning of bytes that arrive in pieces, and all of them once more. */
async function peek(chunks: ByteChunks) {
  const iterator = iteratorOf(chunks);
  const taken: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length < sampleBytes && !isWhole) {
    const { done, value } = await iterator.next();
    if (done) isWhole = true;
    else {
      // A copy: who sends the pieces may fill their memory anew.
      taken.push(new Uint8Array(value));
      length += value.length;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* taken;
    if (!isWhole) yield* { [Symbol.asyncIterator]: () => iterator as AsyncIterator<Uint8Array> };
  }
  const beginning =
    taken.length === 1 ? taken[0]! : new Uint8Array(await new Blob(taken as BlobPart[]).arrayBuffer());
  return {
    beginning: beginning.subarray(0, sampleBytes),
    isWhole: isWhole && length <= sampleBytes,
    all: all(),
    close: async () => void (await iterator.return?.()),
  };
}

/** Two-byte text as UTF-8. */
async function* transcoded(chunks: ByteChunks, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const encoder = new TextEncoder();
  try {
    for await (const chunk of chunks) yield encoder.encode(decoder.decode(chunk, { stream: true }));
    yield encoder.encode(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError)
      throw new UnreadableFile("not-utf8", `it is broken ${encoding.toUpperCase()}`);
    throw error;
  }
}

/** The report on a file that holds no rows that can be read. */
function refused(kind: ProblemKind, sizeBytes: number, detail?: string, fix?: string): DatasetReport {
  const log = createProblemLog("line");
  log.report(kind, 0, undefined, detail, fix);
  return {
    ...{ format: "jsonl", ok: false, sizeBytes, rows: 0, layouts: [], duplicates: 0, leftOut: 0 },
    ...{ stopped: true, uncheckedRows: 0 },
    ...{ errors: log.errors(), warnings: 0, counts: log.counts(), problems: log.problems() },
    ...{ promptChars: null, outputChars: null },
  };
}

const pieceBytes = 1_048_576;

async function* piecesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < blob.size; start += pieceBytes)
    yield new Uint8Array(await blob.slice(start, start + pieceBytes).arrayBuffer());
}
