import { createCsvReader } from "./csv-reader.ts";
import { answersOf, promptCharsOf, serialiseRow } from "./dataset-row.ts";
import { createUtf8Decoder, NotUtf8 } from "./decode-utf8.ts";
import { createDuplicateFilter } from "./duplicate-filter.ts";
import { createJsonReader } from "./json-reader.ts";
import { createJsonlReader } from "./jsonl-reader.ts";
import type { LayoutCount } from "./layouts/describe-rows.ts";
import { createRowLayouts } from "./layouts/read-row.ts";
import { createLengthCounter, type LengthStatistics } from "./length-statistics.ts";
import { createPlainRowReader } from "./plain-rows.ts";
import {
  createProblemLog,
  type PlaceUnit,
  type Problem,
  type ProblemKind,
  problemTable,
} from "./problems.ts";
import { reuseSource } from "./reuse-source.ts";
import type { ByteReader, ReaderOptions, RowReader, RowSink } from "./row-reader.ts";
import type { DatasetFormat, TextShape } from "./text-shape.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** Bytes of a file as they arrive; a web ReadableStream and a Node read stream both are one. */
export type ByteChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What hands the pieces out one by one, whichever of the two they are. */
export function iteratorOf(chunks: ByteChunks): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
}

export interface ScanOptions {
  /** Longest row accepted, in characters of its source text. */
  maxRowChars?: number | undefined;
  /** How many different rows are remembered to find repetitions; 8 to 32 bytes each. */
  maxTrackedRows?: number | undefined;
}

/** What a dataset holds and what is wrong with it. */
export interface DatasetReport {
  format: DatasetFormat;
  /** True where no error was found: the dataset can be used as it is. */
  ok: boolean;
  sizeBytes: number;
  /** Rows that can be used: valid and not a repetition. */
  rows: number;
  /** The usable rows by the layout they were written in, most first. */
  layouts: LayoutCount[];
  duplicates: number;
  /** Rows that have an error. */
  leftOut: number;
  /** Whether an error ended the reading, so that rows behind it were not seen. */
  stopped: boolean;
  /** Rows that came when the memory for finding repetitions was full. */
  uncheckedRows: number;
  errors: number;
  warnings: number;
  counts: Partial<Record<ProblemKind, number>>;
  /** One for each kind and field, the first 20, errors before warnings. */
  problems: Problem[];
  /** Characters of all that stands before the answer; null without rows. */
  promptChars: LengthStatistics | null;
  outputChars: LengthStatistics | null;
}

/** Sees the usable rows in file order. */
export interface RowVisitor {
  /** `bytes` is the row as `serialiseRow` writes it, in UTF-8; valid only during the call. */
  row(bytes: Uint8Array): void;
  /** Awaited between pieces of the file, so that a slow visitor holds the reading back. */
  afterChunk?(): Promise<void> | undefined;
}

const asCsvUtf8 = 'Save the file as UTF-8 (in Excel: "CSV UTF-8"). Nothing after this place was read.';

/** Makes the reader of a text. */
async function createReader(shape: TextShape, sink: RowSink, options: ReaderOptions): Promise<ByteReader> {
  if (shape.format === "jsonl" || shape.format === "parquet")
    return createJsonlReader(sink, options, await createPlainRowReader());
  const create = shape.format === "json" ? createJsonReader : createCsvReader;
  const notUtf8Fix = shape.format === "csv" ? asCsvUtf8 : undefined;
  return decoding(create(sink, { ...options, ...shape }), (line) =>
    sink.problem("not-utf8", line, undefined, undefined, notUtf8Fix),
  );
}

const defaultMaxRowChars = 262_144;
/** 2^24 rows take 256 MB at most. */
const defaultMaxTrackedRows = 2 ** 23;

/** Encodes into one buffer that is used again and again. */
function createRowEncoder(): (text: string) => Uint8Array {
  const encoder = new TextEncoder();
  let buffer = new Uint8Array(65_536);
  return (text) => {
    // A UTF-16 character takes at most 3 bytes.
    if (buffer.length < 3 * text.length) buffer = new Uint8Array(6 * text.length);
    return buffer.subarray(0, encoder.encodeInto(text, buffer).written);
  };
}

/** Takes rows and problems as any reader finds them, and reports on them in bounded memory. */
async function createScan(
  unit: PlaceUnit,
  { maxRowChars = defaultMaxRowChars, maxTrackedRows = defaultMaxTrackedRows }: ScanOptions,
  visitor: RowVisitor,
) {
  const log = createProblemLog(unit);
  const duplicates = await createDuplicateFilter(maxTrackedRows);
  const promptChars = createLengthCounter(maxRowChars);
  const outputChars = createLengthCounter(maxRowChars);
  const encode = createRowEncoder();
  const rowLayouts = createRowLayouts(log);
  const found = new Map<string, LayoutCount>();
  const plain: LayoutCount = { name: "Alpaca", rows: 0, answers: 0 };
  found.set(plain.name, plain);
  let plainRows = 0;
  let seenRows = 0;
  let stopped = false;
  let rows = 0;
  let repeated = 0;

  const take = (line: number, bytes: Uint8Array, isRepeated: boolean, prompt: number, output: number) => {
    if (isRepeated) {
      repeated += 1;
      log.report("duplicate", line);
      return false;
    }
    rows += 1;
    promptChars.add(prompt);
    outputChars.add(output);
    visitor.row(bytes);
    return true;
  };
  const sink: RowSink = {
    problem(kind, line, ...about) {
      // What a reader refuses in a place is a row that nothing else sees.
      if (line > 0 && problemTable[kind].severity === "error") seenRows += 1;
      if (kind === "malformed-array") stopped = true;
      return log.report(kind, line, ...about);
    },
    plainRow(line, { bytes, promptChars, outputChars, hash }) {
      plainRows += 1;
      seenRows += 1;
      if (!take(line, bytes, duplicates.isKnown(hash.low, hash.high), promptChars, outputChars)) return;
      plain.rows += 1;
      plain.answers += 1;
    },
    value(line, value, source) {
      seenRows += 1;
      const read = rowLayouts.read(value, line);
      if (!read) return;
      const { row, layout, isPlain } = read;
      const bytes = encode((isPlain && source && reuseSource(source)) || serialiseRow(row));
      const isRepeated = duplicates.isDuplicate(bytes, row);
      if (!take(line, bytes, isRepeated, promptCharsOf(row), row.output.length)) return;
      const count = found.get(layout) ?? { name: layout, rows: 0, answers: 0 };
      found.set(layout, count);
      count.rows += 1;
      count.answers += answersOf(row);
    },
  };

  return {
    sink,
    /** To be called where rows that are in the file were not read. */
    stop() {
      stopped = true;
    },
    report(format: DatasetFormat, sizeBytes: number): DatasetReport {
      rowLayouts.finish(plainRows);
      if (rows === 0 && log.errors() === 0) log.report("no-rows", 0);
      return {
        format,
        ok: log.errors() === 0,
        sizeBytes,
        rows,
        layouts: [...found.values()].filter((count) => count.rows > 0).toSorted((a, b) => b.rows - a.rows),
        duplicates: repeated,
        leftOut: seenRows - rows - repeated,
        stopped,
        uncheckedRows: duplicates.uncheckedRows(),
        errors: log.errors(),
        warnings: log.warnings(),
        counts: log.counts(),
        problems: log.problems(),
        promptChars: promptChars.statistics(),
        outputChars: outputChars.statistics(),
      };
    },
  };
}

/** Reads rows of text once, in bounded memory, and reports on them; `visitor` sees every usable row. */
export async function scanText(
  chunks: ByteChunks,
  shape: TextShape,
  options: ScanOptions = {},
  visitor: RowVisitor = { row: () => {} },
): Promise<DatasetReport> {
  const countsRows = shape.format === "parquet" || (shape.format === "json" && shape.rowsIn !== "objects");
  const scan = await createScan(countsRows ? "row" : "line", options, visitor);
  const { maxRowChars = defaultMaxRowChars } = options;
  const reader = await createReader(shape, scan.sink, { maxRowChars });
  const sizeBytes = await readAll(chunks, reader, scan, visitor.afterChunk?.bind(visitor));
  return scan.report(shape.format, sizeBytes);
}

/** Reads to the end, or to the first place after which nothing can be understood. Returns bytes read. */
async function readAll(
  chunks: ByteChunks,
  reader: ByteReader,
  { sink, stop }: { sink: RowSink; stop(): void },
  afterChunk: RowVisitor["afterChunk"],
): Promise<number> {
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (!reader.push(chunk)) {
        stop();
        return sizeBytes;
      }
      await afterChunk?.();
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    stop();
    sink.problem(error.kind, 0, undefined, error.message);
    return sizeBytes;
  }
  reader.end();
  return sizeBytes;
}

/** Short texts die young, and most of them are plain ASCII, which takes half the memory and time. */
const decodedBytes = 16_384;

/** Reads bytes by a reader of text; tells of the place from which on they are not UTF-8. */
function decoding(reader: RowReader, tellNotUtf8: (line: number) => void): ByteReader {
  const decoder = createUtf8Decoder();
  const orStop = (read: () => boolean): boolean => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      if (reader.push(error.textBefore)) tellNotUtf8(reader.line());
      return false;
    }
  };
  return {
    push: (bytes) =>
      orStop(() => {
        for (let at = 0; at < bytes.length; at += decodedBytes)
          if (!reader.push(decoder.push(bytes.subarray(at, at + decodedBytes)))) return false;
        return true;
      }),
    end() {
      if (orStop(() => reader.push(decoder.end()))) reader.end();
    },
  };
}
