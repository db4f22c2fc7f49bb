import type { DatasetRow } from "../dataset-row.ts";
import type { Layout } from "./find-layout.ts";
import { type Refuse, readHistory, readTurns } from "./read-turns.ts";
import { isBlank, rowOfTurns } from "./row-of-turns.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The row that an object of this layout holds, or undefined after telling everything that is wrong with it. */
export function rowOfColumns(fields: Fields, { columns }: Layout, refuse: Refuse): DatasetRow | undefined {
  const { instruction, output, messages } = columns;
  if (messages !== undefined) return rowOfMessages(fields, columns, messages, refuse);
  const [question, answer] = [fields[instruction!], fields[output!]];
  // As trl writes prompt and completion of a conversation: a list of messages each.
  if (Array.isArray(question) && Array.isArray(answer)) {
    const before = readTurns(question, instruction!, refuse);
    const after = before && readTurns(answer, output!, refuse);
    return after && rowOfTurns([...before, ...after], output!, refuse);
  }

  let isGood = true;
  const refuseRow: Refuse = (...problem) => {
    isGood = false;
    return refuse(...problem);
  };
  const row: DatasetRow = {
    instruction: textOf(question, instruction!, refuseRow, "empty-instruction"),
    input: columns.input === undefined ? "" : textOf(fields[columns.input] ?? "", columns.input, refuseRow),
    output: textOf(answer, output!, refuseRow, "empty-output"),
  };
  if (columns.system !== undefined) {
    const system = textOf(fields[columns.system] ?? "", columns.system, refuseRow);
    if (!isBlank(system)) row.system = system;
  }
  const given = columns.history === undefined ? undefined : fields[columns.history];
  if (given !== undefined && given !== null && given !== "") {
    const history = readHistory(given, columns.history!, refuseRow);
    if (history && history.length > 0) row.history = history;
  }
  return isGood ? row : undefined;
}

function rowOfMessages(
  fields: Fields,
  { system: systemColumn }: Layout["columns"],
  messages: string,
  refuse: Refuse,
): DatasetRow | undefined {
  const turns = readTurns(fields[messages], messages, refuse);
  if (!turns) return undefined;
  const system = systemColumn === undefined ? undefined : fields[systemColumn];
  if (typeof system === "string" && !isBlank(system)) turns.unshift({ role: "system", content: system });
  return rowOfTurns(turns, messages, refuse);
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
  if (value === undefined || value === null) refuse("missing-field", field);
  else refuse(typeof value === "object" ? "object-as-text" : "not-a-string", field);
  return "";
}
