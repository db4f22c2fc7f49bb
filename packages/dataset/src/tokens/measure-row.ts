import { TrainChainError } from "@trainchain/protocol/plain";
import type { DatasetRow } from "../dataset-row.ts";
import type { ChatTokenizer, Message } from "./chat-tokenizer.ts";

/** A row in tokens of its base model, its chat template included. */
export interface RowTokens {
  /** Where its first answer begins: a length of no more than this leaves nothing to learn. */
  answerAt: number;
  /** The whole row, up to the end token of its last answer. */
  length: number;
}

/**
 * Measures a row as the trainer reads it (`encode_row` of trainer/chat_rows.py).
 * @throws TrainChainError `dataset-invalid` where the model's chat template cannot write it
 */
export function measureRow(model: ChatTokenizer, row: DatasetRow): RowTokens {
  const prompt = promptOf(row);
  const messages: Message[] = [...prompt, { role: "assistant", content: row.output }];
  const whole = model.render(messages);
  const ids = model.encode(whole);
  const beginsAt = (asked: string) => commonLength(model.encode(asked), ids);
  const start = beginsAt(model.render(prompt, true));
  const last = model.endToken === undefined ? -1 : ids.lastIndexOf(model.endToken);
  const length = last < start ? ids.length + 1 : last + 1;
  const earlier = earlierAnswer(row);
  if (earlier === undefined) return { answerAt: start, length };
  const asked = model.render(messages.slice(0, earlier), true);
  if (!whole.startsWith(asked))
    throw new TrainChainError("dataset-invalid", "the model's chat template writes earlier turns anew", {
      fix: "Choose another model, or a dataset of single questions and answers.",
    });
  return { answerAt: beginsAt(asked), length };
}

/** All that is said before the last answer. */
function promptOf({ instruction, input, system, history = [] }: DatasetRow): Message[] {
  return [
    ...(system ? [{ role: "system" as const, content: system }] : []),
    ...history.map(({ role, content }) => ({ role, content })),
    { role: "user", content: instruction + (input ? `\n\n${input}` : "") },
  ];
}

/** Where among a row's messages its first earlier answer stands that is learned; nothing asks for a greeting. */
function earlierAnswer({ system, history = [] }: DatasetRow): number | undefined {
  const asked = history.findIndex(({ role }) => role === "user");
  const at = history.findIndex(
    ({ role, weight }, index) => role === "assistant" && weight !== 0 && asked >= 0 && index > asked,
  );
  return at < 0 ? undefined : at + (system ? 1 : 0);
}

function commonLength(left: readonly number[], right: readonly number[]): number {
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length]) length += 1;
  return length;
}
