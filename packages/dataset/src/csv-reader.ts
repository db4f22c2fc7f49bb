import { alpacaFields } from "./alpaca-row.ts";
import { countLineBreaks, type ReaderOptions, type RowReader, type RowSink } from "./row-reader.ts";

/**
 * CSV as RFC 4180 has it: commas, quotes doubled inside quotes, line breaks inside quotes. The first line names
 * the columns in any order; `input` may be missing.
 */
export function createCsvReader(sink: RowSink, { maxRowChars }: ReaderOptions): RowReader {
  let line = 1;
  let unfinished = "";
  let header: string[] | undefined;

  const take = ({ fields, malformed }: CsvRecord): boolean => {
    const isBlank = fields.length === 1 && fields[0] === "";
    if (!header) {
      header = fields.map((name) => name.trim());
      return checkHeader(header, sink);
    }
    if (malformed) sink.problem("malformed-csv", line);
    else if (isBlank) return true;
    else if (fields.length !== header.length) sink.problem("wrong-columns", line);
    else sink.value(line, toObject(header, fields));
    return true;
  };

  /** Takes every complete record; after an overlong one nothing can be trusted to be outside quotes. */
  const drain = (text: string, isEnd: boolean): boolean => {
    let start = 0;
    while (start < text.length) {
      const record = parseCsvRecord(text, start, isEnd);
      const length = (record?.next ?? text.length) - start;
      if (length > maxRowChars) {
        sink.problem("row-too-large", line);
        return false;
      }
      if (!record) break;
      if (!take(record)) return false;
      line += countLineBreaks(text, start, record.next);
      start = record.next;
    }
    unfinished = text.slice(start);
    return true;
  };

  return {
    push: (text) => drain(unfinished.length > 0 ? unfinished + text : text, false),
    end() {
      if (drain(unfinished, true) && !header) sink.problem("bad-header", 1);
    },
    line: () => line,
  };
}

interface CsvRecord {
  fields: string[];
  /** A quote stands where none may. */
  malformed: boolean;
  /** Where the next record begins. */
  next: number;
}

/** One record from `start` on, or undefined where it may go on beyond the text. */
export function parseCsvRecord(text: string, start: number, isEnd: boolean): CsvRecord | undefined {
  const fields: string[] = [];
  let malformed = false;
  let at = start;
  while (true) {
    const field = text[at] === '"' ? quotedField(text, at, isEnd) : plainField(text, at, isEnd);
    if (!field) return undefined;
    fields.push(field.value);
    malformed ||= field.malformed;
    if (text[field.end] !== ",") return { fields, malformed, next: afterLineBreak(text, field.end) };
    at = field.end + 1;
  }
}

interface CsvField {
  value: string;
  malformed: boolean;
  /** The comma, line break or end that closes the field. */
  end: number;
}

const fieldEnd = /[,\n]|\r\n/g;

function endOfField(text: string, from: number, isEnd: boolean): number | undefined {
  fieldEnd.lastIndex = from;
  const found = fieldEnd.exec(text);
  if (found) return found.index;
  return isEnd ? text.length : undefined;
}

function plainField(text: string, at: number, isEnd: boolean): CsvField | undefined {
  const end = endOfField(text, at, isEnd);
  if (end === undefined) return undefined;
  const value = text.slice(at, end);
  return { value, malformed: value.includes('"'), end };
}

function quotedField(text: string, at: number, isEnd: boolean): CsvField | undefined {
  let close = text.indexOf('"', at + 1);
  let hasQuotes = false;
  while (close >= 0 && text[close + 1] === '"') {
    hasQuotes = true;
    close = text.indexOf('"', close + 2);
  }
  if (close < 0) return isEnd ? { value: "", malformed: true, end: text.length } : undefined;
  const end = endOfField(text, close + 1, isEnd);
  if (end === undefined) return undefined;
  const value = text.slice(at + 1, close);
  return { value: hasQuotes ? value.replaceAll('""', '"') : value, malformed: end !== close + 1, end };
}

function afterLineBreak(text: string, at: number): number {
  if (text[at] === "\r") return at + 2;
  return Math.min(at + 1, text.length);
}

function checkHeader(header: string[], sink: RowSink): boolean {
  const known = header.filter((name) => alpacaFields.some((field) => field === name));
  const isGood =
    known.includes("instruction") && known.includes("output") && new Set(known).size === known.length;
  if (!isGood) sink.problem("bad-header", 1);
  for (const name of header) if (!known.includes(name)) sink.problem("unknown-field", 1, name);
  return isGood;
}

/** The known columns as an object; a missing input column means no row has an input. */
function toObject(header: string[], fields: string[]): Record<string, string> {
  const row: Record<string, string> = { input: "" };
  for (const field of alpacaFields) {
    const column = header.indexOf(field);
    if (column >= 0) row[field] = fields[column]!;
  }
  return row;
}
