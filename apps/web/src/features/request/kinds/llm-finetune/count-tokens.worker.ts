import type { DatasetRow } from "@trainchain/dataset";
import "../../../../zod-without-eval.ts";
import { createChatTokenizer, measureRow, type RowTokens } from "@trainchain/dataset/tokens";
import { type TokenizerView, toTrainChainError } from "@trainchain/protocol";

/** What is to be counted. */
export interface CountRequest {
  rows: readonly DatasetRow[];
  files: TokenizerView;
}

/** What the worker says. */
export type CountMessage = { counted: RowTokens[] } | { failed: string };

addEventListener("message", ({ data: { rows, files } }: MessageEvent<CountRequest>) => {
  const tell = (message: CountMessage) => postMessage(message);
  try {
    const tokenizer = createChatTokenizer(files);
    tell({ counted: rows.map((row) => measureRow(tokenizer, row)) });
  } catch (error) {
    tell({ failed: toTrainChainError(error).message });
  }
});
