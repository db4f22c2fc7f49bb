import type { DatasetRow, Turn } from "../dataset-row.ts";
import type { Refuse } from "./read-turns.ts";

/**
 * A conversation as a row: the last answer that is learned is `output`, the question before it `instruction`, a
 * leading system message `system`, and everything between `history`. Undefined after telling why not. What comes
 * after the last answer teaches nothing and is told as left out.
 */
export function rowOfTurns(turns: readonly Turn[], field: string, refuse: Refuse): DatasetRow | undefined {
  const last = turns.findLastIndex(({ role, weight }) => role === "assistant" && weight !== 0);
  if (last < 0) return refuse("no-answer", field);
  const question = turns[last - 1];
  if (question?.role !== "user") return refuse("no-question", field);
  if (turns.slice(last + 1).some(({ role }) => role === "user")) refuse("unanswered-question", field);
  if (isBlank(question.content)) return refuse("empty-instruction", field);
  for (const { role, content } of turns)
    if (role === "assistant" && isBlank(content)) return refuse("empty-output", field);

  const [first] = turns;
  const hasSystem = first?.role === "system";
  const row: DatasetRow = { instruction: question.content, input: "", output: turns[last]!.content };
  if (hasSystem && !isBlank(first.content)) row.system = first.content;
  const history = turns.slice(hasSystem ? 1 : 0, last - 1);
  if (history.length > 0) row.history = history;
  return row;
}

export function isBlank(text: string): boolean {
  return text.trim() === "";
}
