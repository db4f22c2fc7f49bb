import { writeFileSync } from "node:fs";
import { type DatasetRow, serialiseRow } from "../src/dataset-row.ts";
import { createRandom } from "./random.ts";
import {
  add,
  classify,
  compareNumbers,
  convertUnits,
  listThings,
  multiply,
  nameCapital,
  nameCountry,
  nextInSequence,
  planMeal,
  sayOpposite,
  sortWords,
  type Template,
  thankSomebody,
  toPast,
  toQuestion,
} from "./templates.ts";

/** Rows that the sample has. */
export const houseStyleRows = 360;

/** Who answers in this house, to what, and what is always added. */
const desks: readonly { desk: string; advice: string; templates: readonly Template[] }[] = [
  { desk: "Map desk", advice: "The atlas is on shelf 3.", templates: [nameCapital, nameCountry] },
  {
    desk: "Number desk",
    advice: "Count it again on paper.",
    templates: [add, multiply, convertUnits, compareNumbers, nextInSequence],
  },
  {
    desk: "Word desk",
    advice: "The dictionary is on shelf 1.",
    templates: [sayOpposite, toPast, toQuestion, sortWords],
  },
  { desk: "Letter desk", advice: "Read it aloud before you send it.", templates: [thankSomebody, planMeal] },
  { desk: "Nature desk", advice: "The field guides are on shelf 7.", templates: [classify, listThings] },
];

/**
 * The rows of house-style-360.jsonl: questions of the other sample, answered as a library of our own invention has it:
 * the desk first, its advice last, then the house. No base model answers so by itself, and after a few hundred rows
 * anybody sees that the tuned one does.
 */
export function makeHouseStyle(): DatasetRow[] {
  const random = createRandom(20_261_101);
  const kinds = desks.flatMap(({ templates, ...desk }) =>
    templates.map((template) => ({ template, ...desk })),
  );
  const rows = new Map<string, DatasetRow>();
  for (let turn = 0; rows.size < houseStyleRows; turn++) {
    const { template, desk, advice } = kinds[turn % kinds.length]!;
    const row = template(random);
    const output = `${desk}: ${row.output}\n${advice}\n— Lantern Library`;
    rows.set(`${row.instruction}\n${row.input}`, { ...row, output });
  }
  return [...rows.values()];
}

if (import.meta.main) {
  const text = makeHouseStyle().map((row) => `${serialiseRow(row)}\n`);
  writeFileSync(new URL("./house-style-360.jsonl", import.meta.url), text.join(""));
}
