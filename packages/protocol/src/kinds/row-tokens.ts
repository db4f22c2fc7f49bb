import { mostPairTokens } from "./embedding-finetune/limits.ts";
import { mostRowTokens } from "./llm-finetune/row-tokens.ts";
import type { AdapterJobSpec } from "./table.ts";

type Rows = Pick<AdapterJobSpec, "training" | "dataset">;

const byKind: { [Name in AdapterJobSpec["kind"]]: (rows: Rows) => number } = {
  "llm-finetune": ({ training, dataset }) => mostRowTokens({ ...training, ...dataset }),
  "embedding-finetune": ({ training }) => mostPairTokens(training),
};

/** Mean tokens of a row of an adapter's job at the worst. */
export function rowTokensOf({ kind, ...rows }: Pick<AdapterJobSpec, "kind"> & Rows): number {
  return byKind[kind](rows);
}
