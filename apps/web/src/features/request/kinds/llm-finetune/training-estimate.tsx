import { trainedTokens } from "@trainchain/dataset/tokens";
import { type ConfigView, needsAtLength } from "@trainchain/protocol";
import { formatSpan } from "@trainchain/ui";
import { needsInWords } from "../adapters/needs-in-words.ts";
import type { RowTokensState } from "./use-row-tokens.ts";

type Model = ConfigView["models"][number];

/**
 * Tokens a second that an 8 GB graphics card trains a model of one billion parameters at, 4-bit with LoRA. An order of
 * magnitude to plan with: every contributor's app measures its own machine before it accepts.
 */
const tokensPerSecondAtOneBillion = 2_500;

/** Memory, and once the rows are counted roughly the time, that each contributor needs. */
export function TrainingEstimate({
  model,
  tokens,
  maxLength,
  rows,
  values: { contributors, epochs, rounds, onCpu },
}: {
  model: Model;
  tokens: RowTokensState;
  /** Of a row, in tokens; undefined while nothing says it. */
  maxLength: number | undefined;
  /** Of the whole file. */
  rows: number;
  /** `onCpu`: whether only processors may train. */
  values: { contributors: number; epochs: number; rounds: number; onCpu: boolean };
}) {
  const { parametersBillion } = model;
  const perEpoch =
    tokens.status === "counted" && maxLength !== undefined ? trainedTokens(tokens.rows, maxLength, rows) : 0;
  const trained = (perEpoch / contributors) * (epochs / Math.max(1, rounds));
  const seconds =
    trained > 0 && parametersBillion !== null
      ? (trained * parametersBillion) / tokensPerSecondAtOneBillion
      : undefined;
  const needs = needsInWords(needsAtLength(model, maxLength ?? model.maxLength), onCpu);
  const time = seconds !== undefined && `; its training takes about ${formatSpan(seconds)}`;
  return (
    <p className="text-sm text-muted">
      {needs}
      {onCpu
        ? "; its app measures how long that takes before it accepts"
        : time && `${time}${rounds > 1 ? " a round" : ""} on an 8 GB graphics card`}
      .
    </p>
  );
}
