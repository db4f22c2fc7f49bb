/** A message before the question: of an earlier turn, or an instruction between turns. */
export interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
  /** 0 where an answer is context only, and not learned. */
  weight?: 0;
}

/**
 * One example to learn from. A plain Alpaca row has the first three fields, `input` being "" where an instruction
 * needs none; a conversation has what was said before in `system` and `history`, and its last answer in `output`.
 */
export interface DatasetRow {
  instruction: string;
  input: string;
  output: string;
  system?: string;
  /** Never empty. */
  history?: Turn[];
}

/**
 * A row as it is written everywhere: one line of JSON without spaces, its fields in this order, `system` and `history`
 * only where there are any.
 */
export function serialiseRow({ instruction, input, output, system, history }: DatasetRow): string {
  return JSON.stringify({ instruction, input, output, system, history });
}

/** How many answers a row teaches: its own, and those of its history that something asks for. */
export function answersOf({ history = [] }: DatasetRow): number {
  const asked = history.findIndex(({ role }) => role === "user");
  const isLearned = ({ role, weight }: Turn, at: number) =>
    role === "assistant" && weight !== 0 && asked >= 0 && at > asked;
  return 1 + history.filter(isLearned).length;
}

/** Characters of everything but the last answer, in UTF-16. */
export function promptCharsOf({ instruction, input, system = "", history = [] }: DatasetRow): number {
  const before = history.reduce((sum, { content }) => sum + content.length, system.length);
  return before + instruction.length + input.length;
}
