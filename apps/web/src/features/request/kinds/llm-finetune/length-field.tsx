import { describeFit, describeLengths, fitOf, proposeMaxLength } from "@trainchain/dataset/tokens";
import { type ConfigView, leastMaxLength } from "@trainchain/protocol";
import { Field, Input, Notice } from "@trainchain/ui";
import type { RowTokensState } from "./use-row-tokens.ts";

/** The length that is asked for: what was typed, else what is proposed, else undefined for the platform's own. */
export function lengthOf(typed: string, tokens: RowTokensState, most: number): number | undefined {
  if (typed !== "") return Number(typed);
  return tokens.status === "counted" ? proposeMaxLength(tokens.rows, most) : undefined;
}

/** Why a length cannot be asked for. */
export function problemOfLength(
  length: number | undefined,
  tokens: RowTokensState,
  most: number,
): string | undefined {
  if (length === undefined) return undefined;
  if (length > most) return `At most ${most} with this model`;
  const fitsNone = tokens.status === "counted" && fitOf(tokens.rows, length).dropped === tokens.rows.length;
  return fitsNone
    ? `No row has its answer within ${length} tokens: their questions alone fill them`
    : undefined;
}

/** The longest row that is trained on, with what becomes of longer ones. */
export function LengthField({
  value,
  onChange,
  error,
  model,
  tokens,
  rows,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  model: ConfigView["models"][number];
  tokens: RowTokensState;
  /** Of the whole file. */
  rows: number;
}) {
  const length = lengthOf(value, tokens, model.maxLength);
  const lost =
    tokens.status === "counted" && length !== undefined
      ? describeFit(fitOf(tokens.rows, length), rows)
      : undefined;
  return (
    <div className="grid gap-3">
      <Field label="Longest row, in tokens" hint={hintOf(tokens, rows)} error={error}>
        <Input
          className="sm:max-w-48"
          type="number"
          min={leastMaxLength}
          max={model.maxLength}
          step={1}
          placeholder={String(lengthOf("", tokens, model.maxLength) ?? "proposed")}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      </Field>
      {lost && (
        <Notice tone="warning" title={`Not every row fits ${length} tokens`}>
          {`At this length ${lost}. A longer one takes more memory and time of contributors.`}
        </Notice>
      )}
    </div>
  );
}

function hintOf(tokens: RowTokensState, rows: number): string {
  if (tokens.status === "counting") return "Your rows are being counted in the model's own tokens.";
  if (tokens.status === "failed")
    return `Not counted yet: ${tokens.why}. The platform counts before you pay.`;
  if (tokens.status === "counted")
    return `By the model's own tokenizer ${describeLengths(tokens.rows, rows)}.`;
  return "Proposed once your file is read; longer rows are cut at their end.";
}
