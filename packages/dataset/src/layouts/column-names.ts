import { pairColumns } from "@trainchain/protocol/plain";

/** What a column of rows is for. */
export type Part = "instruction" | "input" | "output" | "system" | "history" | "messages";

/** The names that are read, in small letters; where rows have several of a part, the first counts. */
export const columnNames = {
  instruction: ["instruction", "prompt", "question", "query", ...pairColumns.anchor],
  input: ["input", "context"],
  output: ["output", "response", "completion", "answer", ...pairColumns.positive],
  system: ["system", "system_prompt", "system_message"],
  history: ["history", "chat_history"],
  messages: ["messages", "conversations", "conversation"],
} as const satisfies Record<Part, readonly string[]>;

/** Names that are not read, for they may mean something else, with the part that they most likely are. */
const likely = {
  instruction: ["problem", "user", "human", "task", "source", "request", "title", "goal"],
  output: [
    "solution",
    "generation",
    "assistant",
    "target",
    "label",
    "reply",
    "summary",
    "answers",
    "result",
    "bot",
  ],
} as const;

/** A column's name as it is compared: surrounding spaces and capitals do not matter. */
export function plainName(name: string): string {
  return name.trim().toLowerCase();
}

/** The column that is most likely a part, as the rows spell it; undefined where none is. */
export function likelyColumn(columns: readonly string[], part: keyof typeof likely): string | undefined {
  const names: readonly string[] = [...columnNames[part], ...likely[part]];
  return columns.find((column) => names.includes(plainName(column)));
}
