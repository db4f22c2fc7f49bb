import { serialiseRow } from "./alpaca-row.ts";
import { createCsvReader } from "./csv-reader.ts";
import { createUtf8Decoder, NotUtf8 } from "./decode-utf8.ts";
import type { DatasetFormat } from "./detect-format.ts";
import { createDuplicateFilter } from "./duplicate-filter.ts";
import { createJsonArrayReader } from "./json-array-reader.ts";
import { createJsonlReader } from "./jsonl-reader.ts";
import { createLengthCounter, type LengthStatistics } from "./length-statistics.ts";
import { createProblemLog, type Problem, type ProblemKind } from "./problems.ts";
import { reuseSource } from "./reuse-source.ts";
import type { ByteReader, ReaderOptions, RowReader, RowSink } from "./row-reader.ts";
import { validateRow } from "./validate-row.ts";

/** Bytes of a file as they arrive; a web ReadableStream and a Node read stream both are one. */
export type ByteChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface ScanOptions {
  format: DatasetFormat;
  /** Longest row accepted, in characters of its source text. */
  maxRowChars?: number;
  /** How many different rows are remembered to find repetitions; 8 to 32 bytes each. */
  maxTrackedRows?: number;
}

/** What a dataset holds and what is wrong with it. */
export interface DatasetReport {
  format: DatasetFormat;
  /** True where no error was found: the dataset can be used as it is. */
  ok: boolean;
  sizeBytes: number;
  /** Rows that can be used: valid and not a repetition. */
  rows: number;
  duplicates: number;
  /** Rows that came when the memory for finding repetitions was full. */
  uncheckedRows: number;
  errors: number;
  warnings: number;
  counts: Partial<Record<ProblemKind, number>>;
  /** The first 20, errors before warnings. */
  problems: Problem[];
  /** Characters of instruction and input together; null without rows. */
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

/** Makes the reader of a format. */
function createReader(format: DatasetFormat, sink: RowSink, options: ReaderOptions): ByteReader {
  if (format === "jsonl") return createJsonlReader(sink, options);
  const createTextReader = format === "json" ? createJsonArrayReader : createCsvReader;
  return decoding(createTextReader(sink, options), sink.problem);
}

export const defaultMaxRowChars = 262_144;
/** 2^24 rows take 256 MB at most. */
export const defaultMaxTrackedRows = 2 ** 23;

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

/** Reads a dataset once, in bounded memory, and reports on it; `visitor` sees every usable row. */
export async function scanDataset(
  chunks: ByteChunks,
  { format, maxRowChars = defaultMaxRowChars, maxTrackedRows = defaultMaxTrackedRows }: ScanOptions,
  visitor: RowVisitor = { row: () => {} },
): Promise<DatasetReport> {
  const log = createProblemLog();
  const duplicates = await createDuplicateFilter(maxTrackedRows);
  const promptChars = createLengthCounter(maxRowChars);
  const outputChars = createLengthCounter(maxRowChars);
  const encode = createRowEncoder();
  let rows = 0;
  let repeated = 0;

  const take = (line: number, bytes: Uint8Array, isRepeated: boolean, prompt: number, output: number) => {
    if (isRepeated) {
      repeated += 1;
      log.report("duplicate", line);
      return;
    }
    rows += 1;
    promptChars.add(prompt);
    outputChars.add(output);
    visitor.row(bytes);
  };
  const sink: RowSink = {
    problem: log.report,
    plainRow: (line, { bytes, promptChars, outputChars }) =>
      take(line, bytes, duplicates.isDuplicate(bytes), promptChars, outputChars),
    value(line, value, source) {
      const row = validateRow(value, line, log.report);
      if (!row) return;
      const bytes = encode((source && reuseSource(source)) ?? serialiseRow(row));
      const isRepeated = duplicates.isDuplicate(bytes, row);
      take(line, bytes, isRepeated, row.instruction.length + row.input.length, row.output.length);
    },
  };

  const sizeBytes = await readAll(
    chunks,
    createReader(format, sink, { maxRowChars }),
    visitor.afterChunk?.bind(visitor),
  );
  if (rows === 0 && log.errors() === 0) log.report("no-rows", 0);
  return {
    format,
    ok: log.errors() === 0,
    sizeBytes,
    rows,
    duplicates: repeated,
    uncheckedRows: duplicates.uncheckedRows(),
    errors: log.errors(),
    warnings: log.warnings(),
    counts: log.counts(),
    problems: log.firstProblems(),
    promptChars: promptChars.statistics(),
    outputChars: outputChars.statistics(),
  };
}

/** Reads to the end, or to the first place after which nothing can be understood. Returns bytes read. */
async function readAll(
  chunks: ByteChunks,
  reader: ByteReader,
  afterChunk: RowVisitor["afterChunk"],
): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (!reader.push(chunk)) return sizeBytes;
    await afterChunk?.();
  }
  reader.end();
  return sizeBytes;
}

/** Short texts die young, and most of them are plain ASCII, which takes half the memory and time. */
const decodedBytes = 16_384;

/** Reads bytes by a reader of text. */
function decoding(reader: RowReader, report: RowSink["problem"]): ByteReader {
  const decoder = createUtf8Decoder();
  const orStop = (read: () => boolean): boolean => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      if (reader.push(error.textBefore)) report("not-utf8", reader.line());
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
