import { expect, test } from "vitest";
import { sampleBytes, shapeOfText } from "./text-shape.ts";

const row = '{"instruction":"a","output":"b"}';
const pretty = JSON.stringify(JSON.parse(row), null, 2);
const csv = (separator: string, lineBreak = "\n") => ({ format: "csv", csv: { separator, lineBreak } });
const json = (rowsIn: unknown) => ({ format: "json", rowsIn });
const jsonl = { format: "jsonl" };

test.each<[string, string, unknown]>([
  ["data.json", '[{"instruction"', json("array")],
  ["data.json", `\uFEFF\n ${row}\n`, jsonl],
  ["data.json", `${row}\n${row}`, jsonl],
  ["data.json", `${row},\n${row}`, jsonl],
  ["data.json", row, jsonl],
  ["data.json", `${row}${row}`, json("objects")],
  ["data.jsonl", `${pretty}\n${pretty}`, json("objects")],
  ["data.json", `{"train":[${row}]}`, json({ member: "train" })],
  ["data.json", `{\n "version": "1",\n "data": [\n  ${row}\n ]\n}`, json({ member: "data" })],
  ["data.json", '{"messages":[{"role":"user","content":"a"}]}', jsonl],
  ["data.json", '{"instruction":["a","b"],"output":["c","d"]}', { problem: "column-oriented" }],
  ["data.json", '{"instruction":{"0":"a"},"output":{"0":"c"}}', { problem: "column-oriented" }],
  ["data.csv", "instruction,output", csv(",")],
  ["data.txt", "instruction,output", csv(",")],
  ["data.csv", "instruction;output\r\na,b,c;d", csv(";")],
  ["data.tsv", "instruction\toutput\na\tb", csv("\t")],
  ["data.csv", "instruction,output\ra,b\r", csv(",", "\r")],
  ["data.csv", "a title, of sorts;b\n1;2", csv(",")],
  ["data.csv", row, jsonl],
  ["data.jsonl", "no json", jsonl],
  ["data.csv", "", csv(",")],
  ["data.json", "", jsonl],
  ["data", "", jsonl],
])("%s that begins with %j is read as it is written", (name, text, shape) => {
  expect(shapeOfText(name, text, true)).toEqual(shape);
});

test("an object around the rows is known before its end is seen", () => {
  const beginning = `{"about": {"made": 2026}, "rows": [${row}, `;
  expect(shapeOfText("data.json", beginning, false)).toEqual(json({ member: "rows" }));
});

test("a text that no bracket ends is looked through once", () => {
  const unclosed = `{"${'\\"'.repeat(30_000)}`;
  expect(shapeOfText("data.jsonl", unclosed, false)).toEqual(jsonl);
  expect(shapeOfText("data.jsonl", `${unclosed}\\`, false)).toEqual(jsonl);
});

/** As many of a few letters as are looked at. */
const full = (letters: string) => letters.repeat(Math.ceil(sampleBytes / letters.length));
test.each([
  ["remarks before no JSON", `${full("/* a */\n")}x`],
  ["remarks that do not end", full("/* a ")],
  ["lines of remarks before none", full("//\n")],
  ["bars above blanks", `${"|".repeat(sampleBytes / 2)}\n${" ".repeat(sampleBytes / 2)}`],
  ["bars above dashes", `${"|".repeat(sampleBytes / 2)}\n${full("---")}`],
  ["a head of notes that does not end", `#tags${full(":")}`],
  ["heads that do not end", `---\n${full("\n---\n \n")}`],
  ["speakers that nobody answers", `Q:${full("\n#*> Q")}`],
])("%s are looked through at once, however many", (_, text) => {
  for (const name of ["a.json", "a.csv", "a.txt"]) expect(shapeOfText(name, text, false)).toBeDefined();
});
