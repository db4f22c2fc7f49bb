import { expect, test } from "vitest";
import { detectFormat } from "./detect-format.ts";

test.each([
  ["data.json", '[{"instruction"', "json"],
  ["data.json", '\uFEFF\n {"instruction"', "jsonl"],
  ["data.csv", "instruction,output", "csv"],
  ["data.txt", "instruction,output", "csv"],
  ["data.csv", '{"instruction"', "jsonl"],
  ["data.jsonl", "no json", "jsonl"],
  ["data.csv", "", "csv"],
  ["data.json", "", "json"],
  ["data", "", "jsonl"],
])("%s that begins with %j is taken for %s", (name, text, format) => {
  expect(detectFormat(name, new TextEncoder().encode(text))).toBe(format);
});
