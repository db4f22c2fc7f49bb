import { writeFileSync } from "node:fs";
import { type DatasetRow, serialiseRow } from "../src/dataset-row.ts";
import { createRandom } from "./random.ts";
import { templates } from "./templates.ts";

/** Rows that the sample has. */
export const sampleRows = 600;

/**
 * The rows of sample-600.jsonl: templates taken in turn, each filled with words drawn from a fixed seed, until
 * there are 600 different ones. Every answer follows from its question by a rule, so that even a tiny model learns
 * something that shows on rows it has not seen.
 */
export function makeSample(): DatasetRow[] {
  const random = createRandom(20_240_601);
  const rows = new Map<string, DatasetRow>();
  for (let turn = 0; rows.size < sampleRows; turn++) {
    const row = templates[turn % templates.length]!(random);
    rows.set(`${row.instruction}\n${row.input}`, row);
  }
  return [...rows.values()];
}

if (import.meta.main) {
  const text = makeSample().map((row) => `${serialiseRow(row)}\n`);
  writeFileSync(new URL("./sample-600.jsonl", import.meta.url), text.join(""));
}
