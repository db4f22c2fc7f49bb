import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encode } from "../dataset-fixtures.ts";
import { scanText } from "../scan-dataset.ts";

const document = readFileSync(new URL("../../../../docs/dataset-format.md", import.meta.url), "utf8");
const table = document.slice(
  document.indexOf("| layout | one row |"),
  document.indexOf("These names are read"),
);
const rows = [...table.matchAll(/^\| (.+?) \| `(\{.+\})` \|$/gm)].map(([, name = "", row = ""]) => ({
  name,
  row,
}));

describe("docs/dataset-format.md shows a row of every layout, and each is read without a word:", () => {
  it.each(rows)("$name", async ({ row }) => {
    const report = await scanText([encode(row)], { format: "jsonl" });
    expect(report).toMatchObject({ ok: true, rows: 1, problems: [] });
  });

  it("all of them", async () => {
    const report = await scanText([encode(rows.map(({ row }) => row).join("\n"))], { format: "jsonl" });
    expect(report.layouts.map(({ name }) => name).toSorted()).toEqual([
      "Alpaca",
      "Dolly",
      "OpenAI messages",
      "ShareGPT",
      "anchor/positive",
      "instruction/response",
      "prompt/completion",
      "query/response",
      "question/answer",
      "sentence1/sentence2",
    ]);
  });
});
