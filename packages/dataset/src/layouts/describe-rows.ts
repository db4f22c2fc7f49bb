/** The rows of one layout in a file. */
export interface LayoutCount {
  /** "Alpaca", "ShareGPT", "prompt/completion" … */
  name: string;
  rows: number;
  /** That are learned: more than the rows where these are conversations. */
  answers: number;
}

/** What was understood of a file, in a line: "ShareGPT: 1,203 conversations, 4,110 answers". */
export function describeRows(layouts: readonly LayoutCount[]): string {
  return layouts.map(describe).join("; ");
}

function describe({ name, rows, answers }: LayoutCount): string {
  const isChat = name === "ShareGPT" || name === "OpenAI messages";
  const noun = isChat ? "conversation" : "row";
  const counted = isChat || answers !== rows ? `, ${plural(answers, "answer")}` : "";
  return `${name}: ${plural(rows, noun)}${counted}`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
