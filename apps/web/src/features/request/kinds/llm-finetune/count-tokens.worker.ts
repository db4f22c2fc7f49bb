import type { DatasetRow } from "@trainchain/dataset";
import "../../../../zod-without-eval.ts";
import { createChatTokenizer, measureRow, type RowTokens } from "@trainchain/dataset/tokens";
import { type TokenizerView, toTrainChainError } from "@trainchain/protocol";

/** What is to be counted. */
export interface CountRequest {
  /** JSON Lines. */
  rows: Blob;
  files: TokenizerView;
}

/** What the worker says. */
export type CountMessage = { counted: RowTokens[] } | { failed: string };

addEventListener("message", async ({ data: { rows, files } }: MessageEvent<CountRequest>) => {
  const tell = (message: CountMessage) => postMessage(message);
  try {
    const tokenizer = createChatTokenizer(files);
    const lines = (await rows.text()).split("\n").slice(0, -1);
    tell({ counted: lines.map((line) => measureRow(tokenizer, JSON.parse(line) as DatasetRow)) });
  } catch (error) {
    tell({ failed: toTrainChainError(error).message });
  }
});
