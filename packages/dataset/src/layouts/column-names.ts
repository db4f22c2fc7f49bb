/** What a column of rows is for. */
export type Part = "instruction" | "input" | "output" | "system" | "history" | "messages";

/** The names that are read, in small letters; where rows have several of a part, the first counts. */
export const columnNames = {
  instruction: ["instruction", "prompt", "question", "query", "anchor", "sentence1"],
  input: ["input", "context"],
  output: ["output", "response", "completion", "answer", "positive", "sentence2"],
  system: ["system", "system_prompt", "system_message"],
  history: ["history", "chat_history"],
  messages: ["messages", "conversations", "conversation"],
} as const satisfies Record<Part, readonly string[]>;

/** What either text is called in pairs that may or may not belong together, and what says how well they do. */
export const pairColumns = {
  names: new Set(["anchor", "positive", "sentence1", "sentence2"]),
  grades:
    /^(score|scores|label|labels|gold_label|similarity|similarity_score|is_duplicate|relatedness_score)$/,
};

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
