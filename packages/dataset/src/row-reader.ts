import { explainJson } from "./explain-json.ts";
import type { PlainRow } from "./plain-rows.ts";
import type { ReportProblem } from "./problems.ts";

/** Takes what a reader finds: a parsed value and the place at which it begins, or a problem. */
export interface RowSink {
  /** `source` is the JSON that the value was parsed from, where it was. */
  value(line: number, value: unknown, source?: string): void;
  /** A row that needs no parsing. */
  plainRow(line: number, row: PlainRow): void;
  problem: ReportProblem;
}

/**
 * Cuts text that arrives in pieces into rows. Holds at most one unfinished row, and of a row longer than
 * `maxRowChars` nothing. `push` and `end` return false once nothing after this can be understood.
 */
export interface RowReader {
  push(text: string): boolean;
  end(): void;
  /** The place that the reader has reached, from 1. */
  line(): number;
}

/** Cuts bytes that arrive in pieces into rows; as `RowReader`, but it finds out itself what is not UTF-8. */
export interface ByteReader {
  push(bytes: Uint8Array): boolean;
  end(): void;
}

export interface ReaderOptions {
  maxRowChars: number;
}

/** How often a text's line break is in text[from, to). */
export function countLineBreaks(text: string, from = 0, to = text.length, lineBreak = "\n"): number {
  let count = 0;
  for (let at = text.indexOf(lineBreak, from); at >= 0 && at < to; at = text.indexOf(lineBreak, at + 1))
    count += 1;
  return count;
}

/** Parses one JSON text and passes the value on, or reports where it is none and why. */
export function emitJson(sink: RowSink, line: number, text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { kind, detail, fix } = explainJson(text);
    sink.problem(kind, line, undefined, detail, fix);
    return;
  }
  sink.value(line, value, text);
}
