import { findLayout, quoted } from "./layouts/find-layout.ts";
import { countLineBreaks, type ReaderOptions, type RowReader, type RowSink } from "./row-reader.ts";

export const csvSeparators = [",", ";", "\t", "|"] as const;

/** How a table's text is cut: what stands between fields, and what ends a line (CR alone on old Macs). */
export interface CsvDialect {
  separator: (typeof csvSeparators)[number];
  lineBreak: "\n" | "\r";
  /** The line that names the columns, where others stand above it. */
  header?: string;
}

export const usualCsv: CsvDialect = { separator: ",", lineBreak: "\n" };

/** A first line by which Excel is told what stands between fields. */
export const excelSeparator = /^sep=.\r?\n?$/i;

/**
 * CSV as RFC 4180 has it, or with another separator: quotes doubled inside quotes, line breaks inside quotes. The
 * first line names the columns in any order; a row is an object of them.
 */
export function createCsvReader(
  sink: RowSink,
  { maxRowChars, csv = usualCsv }: ReaderOptions & { csv?: CsvDialect },
): RowReader {
  const parseRecord = createCsvParser(csv);
  let line = 1;
  let unfinished = "";
  let header: string[] | undefined;

  const take = ({ fields, malformed }: CsvRecord): boolean => {
    const isBlank = fields.length === 1 && fields[0] === "";
    if (!header) {
      if (isBlank) return true;
      if (line === 1 && excelSeparator.test(fields.join(csv.separator))) return true;
      header = fields.map((name) => name.trim());
      return checkHeader(header, csv, sink);
    }
    if (malformed) sink.problem("malformed-csv", line);
    else if (isBlank || (fields[0] === "" && fields.every((field) => field.trim() === ""))) return true;
    else if (isHeader(fields, header)) sink.problem("repeated-header", line);
    else if (fields.length !== header.length)
      sink.problem("wrong-columns", line, undefined, `${fields.length} in place of ${header.length}`);
    else sink.value(line, toObject(header, fields));
    return true;
  };

  /** Takes every complete record; after an overlong one nothing can be trusted to be outside quotes. */
  const drain = (text: string, isEnd: boolean): boolean => {
    let start = 0;
    while (start < text.length) {
      const record = parseRecord(text, start, isEnd);
      const length = (record?.next ?? text.length) - start;
      if (length > maxRowChars) {
        sink.problem("row-too-large", line);
        return false;
      }
      if (!record) break;
      if (!take(record)) return false;
      line += countLineBreaks(text, start, record.next, csv.lineBreak);
      start = record.next;
    }
    unfinished = text.slice(start);
    return true;
  };

  return {
    push: (text) => drain(unfinished.length > 0 ? unfinished + text : text, false),
    end() {
      drain(unfinished, true);
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

interface CsvField {
  value: string;
  malformed: boolean;
  /** The separator, line break or end that closes the field. */
  end: number;
}

/** Makes a function that reads one record from `start` on; undefined where it may go on beyond the text. */
export function createCsvParser({ separator, lineBreak }: CsvDialect) {
  const fieldEnd =
    lineBreak === "\n" ? new RegExp(`[${separator}\n]|\r\n`, "g") : new RegExp(`[${separator}\r]`, "g");

  const endOfField = (text: string, from: number, isEnd: boolean): number | undefined => {
    fieldEnd.lastIndex = from;
    const found = fieldEnd.exec(text);
    if (found) return found.index;
    return isEnd ? text.length : undefined;
  };

  const plainField = (text: string, at: number, isEnd: boolean): CsvField | undefined => {
    const end = endOfField(text, at, isEnd);
    if (end === undefined) return undefined;
    const value = text.slice(at, end);
    return { value, malformed: value.includes('"'), end };
  };

  const quotedField = (text: string, at: number, isEnd: boolean): CsvField | undefined => {
    let closing = text.indexOf('"', at + 1);
    let hasQuotes = false;
    while (closing >= 0 && text[closing + 1] === '"') {
      hasQuotes = true;
      closing = text.indexOf('"', closing + 2);
    }
    if (closing < 0) return isEnd ? { value: "", malformed: true, end: text.length } : undefined;
    const end = endOfField(text, closing + 1, isEnd);
    if (end === undefined) return undefined;
    const value = text.slice(at + 1, closing);
    return { value: hasQuotes ? value.replaceAll('""', '"') : value, malformed: end !== closing + 1, end };
  };

  const afterLineBreak = (text: string, at: number): number => {
    if (lineBreak === "\n" && text[at] === "\r") return at + 2;
    return Math.min(at + 1, text.length);
  };

  return (text: string, start: number, isEnd: boolean): CsvRecord | undefined => {
    const fields: string[] = [];
    let malformed = false;
    let at = start;
    while (true) {
      const field = text[at] === '"' ? quotedField(text, at, isEnd) : plainField(text, at, isEnd);
      if (!field) return undefined;
      fields.push(field.value);
      malformed ||= field.malformed;
      if (text[field.end] !== separator) return { fields, malformed, next: afterLineBreak(text, field.end) };
      at = field.end + 1;
    }
  };
}

/**
 * Columns are told apart by name; one without a name is an index that a program wrote, and is left out. False where
 * no row below can be read.
 */
function checkHeader(
  header: readonly string[],
  { separator, header: lower }: CsvDialect,
  sink: RowSink,
): boolean {
  if (lower !== undefined) {
    const fix = `Delete what stands above ${quoted(lower)}: that line names the columns.`;
    sink.problem("bad-header", 1, undefined, undefined, fix);
    return false;
  }
  const named = header.filter((name) => name !== "");
  const orRow = (names: readonly string[]) =>
    "columns" in findLayout(names)
      ? ""
      : ` If the first line is a row already, write a line before it: ${namesFor(header.length, separator)}.`;
  const twice = named.find((name, at) => named.indexOf(name) !== at);
  if (named.length === 0 || twice !== undefined) {
    sink.problem(
      "bad-header",
      1,
      undefined,
      twice === undefined ? undefined : `${quoted(twice)} is there twice`,
      twice === undefined
        ? `Let the first line name the columns: ${namesFor(header.length, separator)}.`
        : `Give the second ${quoted(twice)} another name, or delete that column.${orRow([...new Set(named)])}`,
    );
    return false;
  }
  const layout = findLayout(named);
  if ("columns" in layout) {
    const unnamed = header.flatMap((name, index) => (name === "" ? [index + 1] : []));
    if (unnamed.length > 0)
      sink.problem("unnamed-column", 1, undefined, `column ${unnamed.slice(0, 5).join(", ")}`);
    return true;
  }
  const { kind, detail, fix } = layout;
  sink.problem(kind, 1, undefined, detail, kind === "unknown-layout" ? `${fix}${orRow(named)}` : fix);
  return false;
}

/** Whether a row is the header once more; where files were put one behind the other, behind a byte order mark. */
function isHeader(fields: readonly string[], header: readonly string[]): boolean {
  const [first = "", ...others] = fields;
  // Mostly decided by the first field.
  if (first.replace("\uFEFF", "").trim() !== header[0]) return false;
  return others.length === header.length - 1 && others.every((name, at) => name.trim() === header[at + 1]);
}

/** A header for so many columns, as it is to be written. */
function namesFor(columns: number, separator: CsvDialect["separator"]): string {
  const names = columns === 2 ? ["instruction", "output"] : ["instruction", "input", "output"];
  if (columns === 1) return "instruction and output, with a second field for the answer in each row";
  if (columns > 3) return `a name for each of the ${columns} columns, instruction and output among them`;
  return separator === "\t" ? `${names.join(", ")}, with a tab between them` : names.join(separator);
}

function toObject(header: readonly string[], fields: readonly string[]): Record<string, string> {
  const row: Record<string, string> = Object.create(null);
  for (const [column, name] of header.entries()) if (name !== "") row[name] = fields[column]!;
  return row;
}
