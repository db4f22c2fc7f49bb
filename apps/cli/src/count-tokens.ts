import type { DatasetRow } from "@trainchain/dataset";
import {
  createChatTokenizer,
  describeFit,
  describeLengths,
  fitOf,
  measureRow,
  proposeMaxLength,
} from "@trainchain/dataset/tokens";
import { getOfferedModel } from "./check-before-upload.ts";
import type { Platform } from "./platform.ts";

interface TokenCount {
  /** Tokens of the longest row that is trained on: what was asked for, else what suits the rows. */
  maxLength: number;
  /** Of the rows counted, those that are cut at their end and those that are not used. */
  counted: { rows: number; cut: number; dropped: number };
  lines: string[];
}

/** Rows of a file, or drawn from it; `inAll` is how many it has. */
export interface CountedRows {
  rows: readonly DatasetRow[];
  inAll: number;
  maxLength?: number | undefined;
}

/**
 * Counts rows by the tokenizer of one of the platform's models.
 *
 * @throws TrainChainError `not-found` or `storage-unavailable` where the platform cannot read the tokenizer, and
 * `dataset-invalid` where the model's template refuses a row
 */
export async function countTokens(
  platform: Pick<Platform, "api" | "config">,
  given: string,
  { rows, inAll, maxLength }: CountedRows,
): Promise<TokenCount> {
  const model = getOfferedModel(given, platform);
  const tokenizer = createChatTokenizer(await platform.api.getTokenizer(model.id));
  const measured = rows.map((row) => measureRow(tokenizer, row));
  const length = maxLength ?? proposeMaxLength(measured, model.maxLength);
  const counted = fitOf(measured, length);
  const fit = describeFit(counted, inAll) ?? "every row fits whole";
  return {
    maxLength: length,
    counted,
    lines: [
      `by the tokenizer of ${model.id} ${describeLengths(measured, inAll)}`,
      `at ${maxLength === undefined ? "the proposed" : "a"} length of ${length} tokens ${fit}`,
    ],
  };
}
