import { type CsvDialect, createCsvParser, csvSeparators, excelSeparator } from "./csv-reader.ts";
import type { RowsIn } from "./json-reader.ts";
import { columnNames, plainName } from "./layouts/column-names.ts";
import { findLayout } from "./layouts/find-layout.ts";
import { isConversation } from "./layouts/read-turns.ts";
import { findOtherForm, findOtherObject } from "./other-forms.ts";
import type { ProblemKind } from "./problems.ts";

export const datasetFormats = ["jsonl", "json", "csv", "parquet"] as const;
export type DatasetFormat = (typeof datasetFormats)[number];

/** How the rows of a text file are written. */
export type TextShape =
  | { format: "jsonl" }
  /** A table's rows, written as JSON Lines on the way. */
  | { format: "parquet" }
  | { format: "json"; rowsIn: RowsIn }
  | { format: "csv"; csv: CsvDialect };

/** Why a text has no rows that are read, and what to do where that is not the problem's own. */
interface NoShape {
  problem: ProblemKind;
  detail?: string;
  fix?: string;
}

/** Bytes of a file that are looked at to tell how it is written. */
export const sampleBytes = 65_536;

/**
 * How a text is written, by its beginning, or by its name where that does not tell: `[` begins a JSON array, `{`
 * objects (a line each, spread over lines, or one around the rows), anything else a table.
 *
 * @param isWhole whether the beginning is all there is
 */
export function shapeOfText(name: string, beginning: string, isWhole: boolean): TextShape | NoShape {
  const text = beginning.replace(/^\uFEFF/, "").trimStart();
  if (text.startsWith("{")) return shapeOfObjects(text, isWhole);
  if (isCommentedJson(text)) return { problem: "json-comment" };
  const { csv, isKnown } = dialectOf(text);
  const other = isKnown || text === "" ? undefined : findOtherForm(text.startsWith("[") ? "" : name, text);
  if (other) return { problem: "other-form", ...other };
  if (text.startsWith("[")) return areLines(text) ? { format: "jsonl" } : { format: "json", rowsIn: "array" };
  const ending = name.toLowerCase().split(".").at(-1) ?? "";
  if (["jsonl", "ndjson", "json"].includes(ending)) return { format: "jsonl" };
  if (isMarkdownTable(text)) return { problem: "markdown-table" };
  return text === "" && !["csv", "tsv"].includes(ending) ? { format: "jsonl" } : { format: "csv", csv };
}

/** Whether remarks come before JSON, which has none. One by one: a pattern for all of them would try each end for each. */
function isCommentedJson(text: string): boolean {
  let at = 0;
  while (text.startsWith("//", at) || text.startsWith("/*", at)) {
    const ending = text[at + 1] === "/" ? "\n" : "*/";
    const end = text.indexOf(ending, at + 2);
    if (end < 0) return false;
    at = end + ending.length;
    while (/\s/.test(text[at] ?? "")) at += 1;
  }
  return at > 0 && /[[{]/.test(text[at] ?? "");
}

/** Whether the first line is a conversation by itself, so that each of the others is one too. */
function areLines(text: string): boolean {
  const end = text.indexOf("\n");
  if (end < 0 || !text.slice(end).trimStart().startsWith("[")) return false;
  try {
    return isConversation(JSON.parse(text.slice(0, end)));
  } catch {
    return false;
  }
}

/** Whether a line of cells stands above a line of dashes. */
function isMarkdownTable(text: string): boolean {
  const [cells = "", dashes = ""] = text.split("\n", 2);
  return cells.includes("|") && /^\|?\s*:?-{3,}:?\s*\|/.test(dashes.trimStart());
}

/** A member of an object, and how its value begins: `"`, `{"`, `[{` … */
interface Member {
  name: string;
  begins: string;
}

function shapeOfObjects(text: string, isWhole: boolean): TextShape | NoShape {
  const { members, end } = readMembers(text);
  const isAll = end === undefined || (isWhole && text.slice(end).trim() === "");
  const names = members.map(({ name }) => name);
  const other = findOtherObject(names);
  if (other) return { problem: "other-form", ...other };
  if (isSplit(members)) return { problem: "column-oriented" };
  const layout = findLayout(names);
  if (isAll && !("columns" in layout) && layout.kind === "unknown-layout") {
    const lists = members.filter(({ name, begins }) => begins === "[{" && !isMessages(name));
    const list = lists.find(({ name }) => usualLists.has(plainName(name))) ?? lists[0];
    if (list) return { format: "json", rowsIn: { member: list.name } };
  }
  if (isAll && "columns" in layout && layout.columns.messages === undefined) {
    const question = members.find(({ name }) => name === layout.columns.instruction);
    if (question && ['["', '{"'].includes(question.begins)) return { problem: "column-oriented" };
  }
  // A first object that never ends is one cut off, or written by Python: for its line to tell.
  const first = text.slice(0, end ?? text.indexOf("\n") + 1);
  const isSpread = end === undefined ? first.trim() === "{" : first.includes("\n");
  const isFollowed = end !== undefined && /^[ \t\r]*\{/.test(text.slice(end, end + 100));
  return isSpread || isFollowed ? { format: "json", rowsIn: "objects" } : { format: "jsonl" };
}

/** As pandas writes with orient="split": names, and lists of values without them. */
function isSplit(members: readonly Member[]): boolean {
  const begins = (name: string) => members.find((member) => member.name === name)?.begins;
  return begins("columns") === '["' && begins("data") === "[[";
}

/** What people call the list of their rows, where an object has several. */
const usualLists = new Set(["train", "rows", "data", "examples"]);

function isMessages(name: string): boolean {
  const names: readonly string[] = [...columnNames.messages, ...columnNames.history];
  return names.includes(plainName(name));
}

/** The members of the object that a text begins with, and where it ends if it does. */
function readMembers(text: string): { members: Member[]; end: number | undefined } {
  const members: Member[] = [];
  let depth = 0;
  for (const { index, 0: token } of text.matchAll(/"(?:[^"\\]|\\.?)*(?:"|$)|[{}[\]]/gs)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") {
      depth -= 1;
      if (depth === 0) return { members, end: index + 1 };
    } else if (depth === 1) {
      const value = /^\s*:\s*(?<first>[^\s])\s*(?<second>[^\s])?/.exec(
        text.slice(index + token.length, index + token.length + 400),
      );
      if (value) members.push({ name: token.slice(1, -1), begins: `${value[1]}${value[2] ?? ""}` });
    }
  }
  return { members, end: undefined };
}

/** CR alone, as on old Macs. */
function hasOldBreaks(text: string): boolean {
  return text.includes("\r") && !text.includes("\n");
}

function namesColumns(fields: readonly string[]): boolean {
  return "columns" in findLayout(fields.map((name) => name.trim()));
}

/** What people write above a table is no more than this. */
const mostAboveHeader = 5;

/** The separator by which the first line names known columns, or one below it, or else the most of them. */
function dialectOf(whole: string): { csv: CsvDialect; isKnown: boolean } {
  const lineBreak = hasOldBreaks(whole) ? "\r" : "\n";
  const firstLine = whole.slice(0, whole.indexOf(lineBreak) + 1);
  const text = excelSeparator.test(firstLine) ? whole.slice(firstLine.length) : whole;
  const dialects = csvSeparators.map((separator) => {
    const parse = createCsvParser({ separator, lineBreak });
    const first = parse(text, 0, true);
    let [record, above] = [first, 0];
    while (record && !namesColumns(record.fields)) {
      const { next } = record;
      above += 1;
      record = next < text.length && above <= mostAboveHeader ? parse(text, next, true) : undefined;
    }
    const isKnown = record !== undefined && above === 0;
    const header = isKnown ? undefined : record?.fields.join(separator);
    const csv: CsvDialect = { separator, lineBreak, ...(header !== undefined && { header }) };
    return { csv, isKnown, hasHeader: record !== undefined, columns: first?.fields.length ?? 0 };
  });
  const better = (a: (typeof dialects)[number], b: typeof a) =>
    Number(b.isKnown) - Number(a.isKnown) ||
    Number(b.hasHeader) - Number(a.hasHeader) ||
    b.columns - a.columns;
  return dialects.toSorted(better)[0]!;
}
