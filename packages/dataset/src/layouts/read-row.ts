import type { DatasetRow } from "../dataset-row.ts";
import type { ProblemLog } from "../problems.ts";
import { plainName } from "./column-names.ts";
import { findLayout, type Layout, type NoLayout, quoted } from "./find-layout.ts";
import { findExport } from "./known-exports.ts";
import { areShareGpt, isConversation, isFilled, isObject, type Refuse } from "./read-turns.ts";
import { rowOfColumns } from "./row-of-columns.ts";

/** A row that was understood, and the name of the layout it was written in. */
export interface ReadRow {
  row: DatasetRow;
  layout: string;
  /** Whether the row was written with the names of a plain Alpaca row. */
  isPlain: boolean;
}

/** Rows with the same columns that no layout has. */
interface Misfits {
  names: readonly string[];
  why: NoLayout;
  lines: number[];
  count: number;
}

const plainLayout = findLayout(["instruction", "input", "output"]) as Layout;

/** Rows of one file have few sets of columns; more are not told apart. */
const mostSignatures = 200;

/**
 * Reads parsed values as rows of any layout. What a row lacks is told by what the other rows of the file have, so
 * rows that fit no layout are told at the end.
 */
export function createRowLayouts(log: ProblemLog) {
  const layouts = new Map<string, Layout | NoLayout>();
  const misfits = new Map<string, Misfits>();
  const used = new Map<Layout, number>();

  const layoutOf = (names: readonly string[], signature: string): Layout | NoLayout => {
    const known = layouts.get(signature);
    if (known) return known;
    const found = findLayout(names);
    if (layouts.size < mostSignatures) layouts.set(signature, found);
    return found;
  };

  const keepMisfit = (names: readonly string[], signature: string, why: NoLayout, line: number) => {
    const kept = misfits.get(signature) ?? misfits.get(why.kind);
    if (kept) {
      kept.count += 1;
      if (kept.lines.length < log.shownPlaces) kept.lines.push(line);
    } else
      misfits.set(misfits.size < mostSignatures ? signature : why.kind, {
        names,
        why,
        lines: [line],
        count: 1,
      });
  };

  return {
    /** The row in a value, or undefined after telling what is wrong with it. */
    read(given: unknown, line: number): ReadRow | undefined {
      const value = unwrapped(given);
      if (!isObject(value)) {
        log.report("not-an-object", line, undefined, isJsonText(value) ? dumpedTwice : undefined);
        return undefined;
      }
      if (value !== given && isCut(given)) {
        log.report("truncated-row", line);
        return undefined;
      }
      const names = Object.keys(value);
      const signature = names.join("\n");
      const layout = layoutOf(names, signature);
      if (!("columns" in layout)) {
        keepMisfit(names, signature, deeper(value, layout), line);
        return undefined;
      }
      // Layouts that are not kept are another object for each row.
      if (layouts.has(signature)) used.set(layout, (used.get(layout) ?? 0) + 1);

      let isGood = true;
      const refuse: Refuse = (kind, field, detail) => {
        if (log.report(kind, line, field, detail) === "error") isGood = false;
        return undefined;
      };
      for (const { column, kind, only } of layout.refusedWhereFilled)
        if (only ? isVerdict(value[column]) : isFilled(value[column])) refuse(kind, column);
      if (!isGood) return undefined;
      for (const name of layout.leftOut) refuse("unknown-field", name);
      const row = rowOfColumns(value, layout, refuse);
      if (row) checkTexts(row, layout, refuse);
      if (!row || !isGood) return undefined;
      return { row, layout: nameOf(layout, value), isPlain: layout.isPlain };
    },

    /** Tells of the rows that fit no layout: by what they lack beside the file's own, if it has one. `plainRows` were not read here. */
    finish(plainRows: number): void {
      if (plainRows > 0) used.set(plainLayout, plainRows);
      const [own] = [...used].toSorted(([, a], [, b]) => b - a)[0] ?? [];
      for (const { names, why, lines, count } of misfits.values()) {
        const lacks = own && why.kind === "unknown-layout" ? missing(own, names) : [];
        for (const column of lacks) log.reportMany("missing-field", { lines, count, field: column });
        if (lacks.length === 0) log.reportMany(why.kind, { lines, count, detail: why.detail, fix: why.fix });
      }
    },
  };
}

const dumpedTwice = "it is JSON inside a text, dumped twice";

function isJsonText(value: unknown): boolean {
  return typeof value === "string" && /^\s*\{/.test(value);
}

/** What stands around a row: a conversation that is not called one, or what a hub's viewer says of each row. */
function unwrapped(value: unknown): unknown {
  if (isConversation(value)) return { messages: value };
  return isObject(value) && "row_idx" in value && isObject(value.row) ? value.row : value;
}

/** Whether the hub's viewer left out a part of a row. */
function isCut(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.truncated_cells) && value.truncated_cells.length > 0;
}

/** Whether an answer was judged good; a table has it as text. */
function isVerdict(value: unknown): boolean {
  return typeof value === "boolean" || (typeof value === "string" && /^(true|false)$/i.test(value.trim()));
}

const rowsUnderNames = "Write the rows as a list: in Python, json.dump(list(rows.values()), file).";

const namesOfTurns = /^(data|dialogs?|dialogues?|turns|chat|utterances)$/;

/** Whether a column has what people say in turn: objects that say who speaks, or texts under a name that says so. */
function areTurns(name: string, value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2) return false;
  if (namesOfTurns.test(plainName(name)) && value.every((turn) => typeof turn === "string")) return true;
  return value.every(
    (turn) => isObject(turn) && ["role", "from", "speaker", "sender"].some((key) => key in turn),
  );
}

const asMessages = (column: string) =>
  `Write the turns of ${quoted(column)} as messages: {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}.`;

/** What columns lack may stand inside one of them. */
function deeper(row: Readonly<Record<string, unknown>>, why: NoLayout): NoLayout {
  const holdsObjects = (value: unknown) => isObject(value) || (Array.isArray(value) && value.some(isObject));
  if (why.kind !== "unknown-layout") return why;
  const known = findExport(row);
  if (known) return { ...why, detail: `${why.detail}, as ${known.of}`, fix: known.fix };
  const column = Object.keys(row).find((name) => holdsObjects(row[name]) || areTurns(name, row[name]));
  if (column === undefined) return why;
  const values = Object.values(row);
  if (
    values.length > 1 &&
    values.every((value) => isObject(value) && "columns" in findLayout(Object.keys(value)))
  )
    return { ...why, detail: `${why.detail}, a row under each`, fix: rowsUnderNames };
  if (isConversation(row[column])) return { ...why, fix: `Rename ${quoted(column)} to messages.` };
  if (areTurns(column, row[column])) return { ...why, fix: asMessages(column) };
  const fix = `Take what is asked and what is answered out of ${quoted(column)}, into columns of their own: instruction and output.`;
  return { ...why, fix };
}

/** Conversations are called after how their messages are written. */
function nameOf({ name, columns: { messages } }: Layout, row: Readonly<Record<string, unknown>>): string {
  if (messages === undefined) return name;
  return areShareGpt(row[messages]) ? "ShareGPT" : "OpenAI messages";
}

function missing({ columns }: Layout, names: readonly string[]): string[] {
  const { instruction, output, messages } = columns;
  const needed = messages === undefined ? [instruction, output] : [messages];
  return needed.filter((column): column is string => column !== undefined && !names.includes(column));
}

/** Texts that cannot be written as UTF-8, or that break what reads them. */
function checkTexts(row: DatasetRow, { columns }: Layout, refuse: Refuse): void {
  const check = (text: string, field: string | undefined) => {
    if (text.includes("\0")) refuse("nul-character", field ?? "");
    if (!text.isWellFormed()) refuse("broken-unicode", field ?? "");
  };
  const { messages = undefined } = columns;
  check(row.instruction, messages ?? columns.instruction);
  check(row.input, columns.input);
  check(row.output, messages ?? columns.output);
  if (row.system !== undefined) check(row.system, columns.system ?? messages);
  for (const { content } of row.history ?? []) check(content, messages ?? columns.history);
}
