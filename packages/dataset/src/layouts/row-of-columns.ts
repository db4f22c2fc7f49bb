import type { DatasetRow, Turn } from "../dataset-row.ts";
import type { Layout } from "./find-layout.ts";
import { type Refuse, readHistory, readTurns } from "./read-turns.ts";
import { isBlank, rowOfTurns } from "./row-of-turns.ts";

type Fields = Readonly<Record<string, unknown>>;
type Columns = Layout["columns"];

/**
 * The row that an object of this layout holds. Everything that is wrong with it is told; where an error was, what is
 * returned is no row to use.
 */
export function rowOfColumns(fields: Fields, { columns }: Layout, refuse: Refuse): DatasetRow | undefined {
  const optional = (name: string | undefined) =>
    name === undefined ? "" : textOf(fields[name] ?? "", name, refuse);
  const [input, system] = [optional(columns.input), optional(columns.system)];
  const history = historyIn(fields, columns, refuse);

  if (columns.messages !== undefined || areLists(fields, columns)) {
    const turns = turnsIn(fields, columns, refuse);
    if (!turns) return undefined;
    const first: Turn[] =
      isBlank(system) || isSaid(system, turns) ? [] : [{ role: "system", content: system }];
    const field = columns.messages ?? columns.output!;
    const row = rowOfTurns([...first, ...history, ...turns], field, refuse);
    return row && { ...row, input };
  }
  const [instruction, output] = [columns.instruction!, columns.output!];
  const row: DatasetRow = {
    instruction: textOf(fields[instruction], instruction, refuse, "empty-instruction"),
    input,
    output: textOf(fields[output], output, refuse, "empty-output"),
  };
  if (!isBlank(system)) row.system = system;
  if (history.length > 0) row.history = history;
  return row;
}

/** Whether the messages begin with the system's word, which some files have in a column as well. */
function isSaid(system: string, [first]: readonly Turn[]): boolean {
  return first?.role === "system" && first.content.trim() === system.trim();
}

/** Whether question and answer are a list of messages each, as trl writes prompt and completion of a conversation. */
function areLists(fields: Fields, { instruction, output }: Columns): boolean {
  return [instruction, output].every((name) => name !== undefined && Array.isArray(fields[name]));
}

function turnsIn(fields: Fields, columns: Columns, refuse: Refuse): Turn[] | undefined {
  const { instruction, output, messages } = columns;
  if (messages !== undefined) return readTurns(fields[messages], messages, refuse);
  const question = readTurns(fields[instruction!], instruction!, refuse);
  const answer = question && readTurns(fields[output!], output!, refuse);
  return answer && [...question, ...answer];
}

function historyIn(fields: Fields, { history: name }: Columns, refuse: Refuse): Turn[] {
  const given = name === undefined ? undefined : fields[name];
  if (name === undefined || given === undefined || given === null || given === "") return [];
  const history = readHistory(given, name, refuse) ?? [];
  if (history.some(({ role, content }) => role === "assistant" && isBlank(content)))
    refuse("empty-output", name);
  return history;
}

function textOf(
  value: unknown,
  field: string,
  refuse: Refuse,
  kindIfEmpty?: "empty-instruction" | "empty-output",
): string {
  if (typeof value === "string") {
    if (kindIfEmpty && isBlank(value)) refuse(kindIfEmpty, field);
    return value;
  }
  if (value === undefined) refuse("missing-field", field);
  else if (value === null) refuse("missing-field", field, "it is null");
  else refuse(typeof value === "object" ? "object-as-text" : "not-a-string", field);
  return "";
}
