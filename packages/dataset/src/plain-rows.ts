import { plainRowsWasm } from "./plain-rows-wasm.ts";

/** A row read straight from its bytes: valid, with fields that are as good as trimmed. */
export interface PlainRow {
  /** As `serialiseRow` writes it, in UTF-8; valid until the next row is read. */
  bytes: Uint8Array;
  /** Characters of instruction and input together, in UTF-16. */
  promptChars: number;
  outputChars: number;
  /** The two words of the XXH64 of `bytes`. */
  hash: { low: number; high: number };
  /** How many lines were read before it by the same call. */
  linesBefore: number;
}

/** What ../wasm/plain-rows.as exports; its comments are the reference. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly stoppedAt: WebAssembly.Global<"i32">;
  readonly linesRead: WebAssembly.Global<"i32">;
  readRows(from: number, end: number, mostRowBytes: number, out: number, table: number): number;
}

/** Of lines that are read at once. */
export const plainBlockBytes = 262_144;

/** Where lines, rewritten rows and the table of rows lie in the module's memory. */
const linesAt = 65_536;
const outAt = linesAt + plainBlockBytes + 65_536;
const tableAt = outAt + 2 * plainBlockBytes;
const wordsOfRow = 7;

/** Reads plain rows of one block of lines after the other. */
export interface PlainRowReader {
  /** Takes whole lines, at most `plainBlockBytes`; the block before is gone. */
  load(lines: Uint8Array): void;
  /** Hands on rows from a place of the block on. It stops at a row to be parsed, or at the end. */
  read(from: number, mostRowBytes: number, take: (row: PlainRow) => void): { at: number; lines: number };
}

/**
 * Reads rows of JSON Lines without making text of them, which takes most of the time of reading. It understands what
 * nearly every row is, and stops at any other, right or wrong. Undefined where a browser is too old for it: then all
 * rows are parsed.
 */
export async function createPlainRowReader(): Promise<PlainRowReader | undefined> {
  const module = Uint8Array.from(atob(plainRowsWasm.trim().replaceAll("\n", "")), (letter) =>
    letter.charCodeAt(0),
  );
  if (!WebAssembly.validate(module)) return undefined;
  const { instance } = await WebAssembly.instantiate(module, {});
  const { memory, stoppedAt, linesRead, readRows } = instance.exports as unknown as Exports;
  const bytes = new Uint8Array(memory.buffer);
  const table = new Uint32Array(memory.buffer, tableAt);
  const row: PlainRow = { bytes, promptChars: 0, outputChars: 0, hash: { low: 0, high: 0 }, linesBefore: 0 };
  let end = 0;
  return {
    load(lines) {
      bytes.set(lines, linesAt);
      end = linesAt + lines.length;
    },
    read(from, mostRowBytes, take) {
      const rows = readRows(linesAt + from, end, mostRowBytes, outAt, tableAt);
      for (let word = 0; word < rows * wordsOfRow; word += wordsOfRow) {
        row.bytes = bytes.subarray(table[word], table[word + 1]);
        row.promptChars = table[word + 2]!;
        row.outputChars = table[word + 3]!;
        row.hash.low = table[word + 4]!;
        row.hash.high = table[word + 5]!;
        row.linesBefore = table[word + 6]!;
        take(row);
      }
      return { at: stoppedAt.value - linesAt, lines: linesRead.value };
    },
  };
}
