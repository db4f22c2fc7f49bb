import { pairColumns } from "@trainchain/protocol/plain";
import type { ProblemKind } from "../problems.ts";
import { columnNames, likelyColumn, type Part, plainName } from "./column-names.ts";

/** How rows with the same columns are read; names are as the file spells them. */
export interface Layout {
  /** As people call it: "Alpaca", "ShareGPT", "prompt/completion". */
  name: string;
  columns: Partial<Record<Part, string>>;
  /** Columns that only matter where they hold something: tools, images, a verdict. */
  refusedWhereFilled: readonly Special[];
  /** Whether the columns are those of a plain Alpaca row, by their exact names. */
  isPlain: boolean;
  /** Columns that no row form has. */
  leftOut: readonly string[];
}

/** Why rows with these columns are not read, and what would make them readable. */
export interface NoLayout {
  kind: ProblemKind;
  detail: string;
  fix?: string;
}

/** A column that stands for what cannot be trained on here, in rows that hold something (of a type) in it. */
interface Special {
  column: string;
  kind: ProblemKind;
  only?: "boolean";
}

const special: readonly (Omit<Special, "column"> & { names: RegExp })[] = [
  { kind: "tool-calls", names: /^(tools|functions|tool_calls|function_call|function_calls)$/ },
  { kind: "media", names: /^(images?|image_url|image_path|videos?|audios?|pixel_values)$/ },
  { kind: "preference-data", names: /^(label|kto_tag)$/, only: "boolean" },
];

/** Two answers to choose between: DPO, ORPO and reward models. */
const rejected =
  /^((dis|non_)preferred(_output|_response)?|rejected|rejected_response|response_rejected|response_k|response_1|response_b|answer_b|conversation_b)$/;

/** The layout of rows that have these columns, by their names alone. */
export function findLayout(names: readonly string[]): Layout | NoLayout {
  const byPlainName = new Map(names.toReversed().map((name) => [plainName(name), name]));
  for (const name of names) if (name === plainName(name)) byPlainName.set(name, name);
  const preferred = names.find((name) => rejected.test(plainName(name)));
  if (preferred !== undefined) return preferenceData(names, preferred);

  const present = (part: Part) => columnNames[part].filter((name) => byPlainName.has(name));
  const columns: Layout["columns"] = {};
  for (const part of Object.keys(columnNames) as Part[]) {
    const [first, ...others] = present(part);
    if (first === undefined) continue;
    // The format's own name needs no choice; of two others, nobody but the file's owner knows which is meant.
    if (first !== part && others.length > 0 && part !== "messages" && present("messages").length === 0)
      return ambiguous(
        part,
        [first, ...others].map((name) => byPlainName.get(name) ?? name),
      );
    columns[part] = byPlainName.get(first)!;
  }
  if (columns.messages === undefined && (columns.instruction === undefined || columns.output === undefined))
    return unknown(names, columns);

  const grade = gradeOf(names, columns);
  if (grade !== undefined)
    return {
      kind: "graded-pairs",
      detail: `the rows have ${listed(names)}`,
      fix: `Keep the pairs that belong together, and delete ${quoted(grade)}.`,
    };

  if (columns.messages !== undefined) {
    for (const part of ["instruction", "input", "output", "history"] as const) delete columns[part];
  }
  const used = new Set(Object.values(columns));
  const refusedWhereFilled = names.flatMap((column) => {
    const found = special.find(({ names: pattern }) => pattern.test(plainName(column)));
    if (!found || used.has(column)) return [];
    return [{ column, kind: found.kind, ...(found.only && { only: found.only }) }];
  });
  const watched = new Set(refusedWhereFilled.filter(({ only }) => !only).map(({ column }) => column));
  return {
    name: nameOf(columns),
    columns,
    isPlain: Object.entries(columns).every(([part, name]) => plainParts.has(part) && part === name),
    refusedWhereFilled,
    leftOut: names.filter((name) => !used.has(name) && !watched.has(name)),
  };
}

const plainParts = new Set(["instruction", "input", "output"]);

const textsOfPairs = new Set<string>([...pairColumns.anchor, ...pairColumns.positive]);

/** The column that says of pairs of texts how well they belong together. */
function gradeOf(
  names: readonly string[],
  { instruction, output, messages }: Layout["columns"],
): string | undefined {
  const texts = [instruction, output].map((name = "") => plainName(name));
  if (messages !== undefined || !texts.some((name) => textsOfPairs.has(name))) return undefined;
  return names.find((name) => pairColumns.grades.test(plainName(name)));
}

/** Of rows of columns; conversations are named by their messages. */
function nameOf({ messages, instruction, input, output }: Layout["columns"]): string {
  if (messages !== undefined) return "conversations";
  const [question, context, answer] = [instruction, input, output].map((name = "") => plainName(name));
  if (question === "instruction" && answer === "output") return "Alpaca";
  if (question === "instruction" && context === "context" && answer === "response") return "Dolly";
  return `${question}/${answer}`;
}

/** The better of two answers stands beside the worse. */
const chosen =
  /^(preferred(_output|_response)?|chosen|chosen_response|response_chosen|response_j|response_0|response_a|answer_a|conversation_a)$/;

function preferenceData(names: readonly string[], worse: string): NoLayout {
  const better = names.find((name) => chosen.test(plainName(name)));
  const renamed =
    better === undefined
      ? ""
      : `: rename ${quoted(better)} to output (to messages, where it is a conversation)`;
  return {
    kind: "preference-data",
    detail: `the rows have ${listed(names)}`,
    fix: `Keep the better answers alone${renamed}, and delete ${quoted(worse)}.`,
  };
}

function ambiguous(part: Part, names: readonly string[]): NoLayout {
  return {
    kind: "unknown-layout",
    detail: `${listed(names)} may each be the ${part}`,
    fix: `Rename the one that is meant to ${part}.`,
  };
}

function unknown(names: readonly string[], columns: Layout["columns"]): NoLayout {
  if (names.length === 0) return { kind: "unknown-layout", detail: "the rows have no columns" };
  if (
    names.some((name) => plainName(name) === "text") &&
    columns.output === undefined &&
    likelyColumn(names, "output") === undefined
  )
    return { kind: "plain-text", detail: `the rows have ${listed(names)}` };
  if (
    ["role", "from"].some((name) => names.includes(name)) &&
    ["content", "value"].some((name) => names.includes(name))
  )
    return {
      kind: "unknown-layout",
      detail: `the rows have ${listed(names)}: each is one message`,
      fix: 'Put the messages of each conversation into one row: {"messages": [{"role": "user", "content": "…"}, …]}.',
    };
  const renamed = new Map<string, string>();
  // With an answer and nothing else but an input, the input is what is asked.
  const answer = columns.output ?? likelyColumn(names, "output");
  // So is a text beside an answer.
  const text = names.find((name) => plainName(name) === "text");
  const question = columns.instruction ?? likelyColumn(names, "instruction") ?? columns.input ?? text;
  if (question !== undefined && question !== "instruction") renamed.set(question, "instruction");
  if (answer !== undefined && answer !== "output") renamed.set(answer, "output");
  const steps = [...renamed].map(([from, to]) => `${quoted(from)} to ${to}`);
  if (question === undefined) steps.push("the column that says what to do to instruction");
  if (answer === undefined) steps.push("the column with the answer to output");
  return {
    kind: "unknown-layout",
    detail: `the rows have ${listed(names)}`,
    fix: `Rename ${steps.join(", and ")}.`,
  };
}

const shownNames = 8;
const shownChars = 40;

export function quoted(name: string): string {
  return `"${name.length > shownChars ? `${name.slice(0, shownChars)}…` : name}"`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map(quoted);
  if (names.length > shownNames) shown.push(`${names.length - shownNames} more`);
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
