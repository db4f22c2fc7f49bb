import { gzipSync } from "node:zlib";
import { zipOf } from "@trainchain/testing/generated-images";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { csvOf, encode } from "./dataset-fixtures.ts";
import { type DatasetRow, serialiseRow } from "./dataset-row.ts";
import { columnNames } from "./layouts/column-names.ts";
import { leftOutOf } from "./left-out.ts";
import { scanFile } from "./scan-file.ts";

const rows = Array.from(
  { length: 12 },
  (_, at): DatasetRow => ({
    instruction: `Sag „${at}“, 漢`,
    input: at % 2 ? "now" : "",
    output: 'two\nlines, "quoted"',
  }),
);
const lines = rows.map(serialiseRow);
const names = ["instruction", "input", "output"] as const;
const chats = rows.map(({ instruction, output }) => [
  { from: "human", value: instruction },
  { from: "gpt", value: output },
]);

const inQuotes = (text: string) => `"${text.replaceAll('"', '""')}"`;
const table = csvOf(rows, names);

/** One file of each format, all of them good; Parquet is read in a thread that may be ended. */
const files: Record<string, Uint8Array> = {
  "rows.jsonl": encode(lines.join("\n")),
  "rows.json": encode(`[${lines.join(",\n")}]`),
  "wrapped.json": encode(JSON.stringify({ version: 1, data: rows })),
  "pretty.json": encode(rows.map((row) => JSON.stringify(row, null, 2)).join("\n")),
  "chats.json": encode(JSON.stringify(chats.map((conversations) => ({ conversations })))),
  "chats.csv": encode(`messages\n${chats.map((chat) => inQuotes(JSON.stringify(chat))).join("\n")}`),
  "rows.csv": encode(table),
  "utf-16.csv": Buffer.from(table, "utf16le"),
  "rows.jsonl.gz": gzipSync(lines.join("\n")),
};
beforeAll(async () => {
  files["rows.zip"] = await zipOf([["rows.jsonl", files["rows.jsonl"]!]]);
});

/** What has to be so of any report, whatever was read. */
async function judge(name: string, bytes: Uint8Array): Promise<void> {
  const found: DatasetRow[] = [];
  const visitor = { row: (row: Uint8Array) => found.push(JSON.parse(new TextDecoder().decode(row))) };
  const report = await scanFile({ blob: new Blob([Uint8Array.from(bytes)]), name }, {}, visitor);
  expect(found.length).toBe(report.rows);
  expect(report.ok).toBe(report.errors === 0);
  expect(report.layouts.reduce((sum, layout) => sum + layout.rows, 0)).toBe(report.rows);
  for (const { problem, fix } of report.problems) expect(problem && fix).toBeTruthy();
  for (const row of found) {
    expect(row.output.trim() && row.instruction.trim()).toBeTruthy();
    expect(serialiseRow(row).isWellFormed()).toBe(true);
  }
  if (!report.ok) expect(report.stopped || report.rows === 0 || leftOutOf(report) !== undefined).toBe(true);
}

/** Some bytes in another place, of another value, or gone. */
const damage = fc.array(
  fc.record({
    how: fc.constantFrom("write", "cut", "copy", "insert"),
    at: fc.nat(4_000),
    from: fc.nat(4_000),
    byte: fc.oneof(fc.constantFrom(...encode(' \n\r\t"\\[]{},:;0\0')), fc.nat(255)),
  }),
  { minLength: 1, maxLength: 6 },
);

it("a file with any bytes changed is judged, never crashed on, and its counts agree", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(files), "rows.zip"), damage, async (name, changes) => {
      let bytes = Buffer.from(files[name]!);
      for (const { how, byte, ...change } of changes) {
        const [at, from] = [change.at % bytes.length, change.from % bytes.length];
        if (how === "write") bytes[at] = byte;
        else if (how === "copy") bytes.copyWithin(at, from, from + 40);
        else if (how === "insert")
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]);
        else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (change.from % 40))]);
        if (bytes.length === 0) return;
      }
      await judge(name, bytes);
    }),
    { numRuns: 120 },
  );
});

it("rows of any names and values are judged, never crashed on, and their counts agree", async () => {
  const text = fc.constantFrom(
    "",
    " ",
    "a",
    "user",
    "[]",
    "[1]",
    '[{"role":"user","content":"a"}]',
    "\ud800",
    "\0",
  );
  const message = fc.dictionary(
    fc.constantFrom("role", "from", "content", "value", "weight", "tool_calls"),
    text,
  );
  const said = ["user", "assistant", "system", "tool"].map((role) => ({ role, content: `x${role}` }));
  const value = fc.oneof(
    text,
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(fc.oneof(message, fc.constantFrom(...said)), { maxLength: 4 }),
    fc.array(fc.tuple(text, text), { maxLength: 2 }),
  );
  const name = fc.constantFrom(
    ...Object.values(columnNames).flat(),
    ...[
      "Instruction",
      "chosen",
      "rejected",
      "tools",
      "images",
      "label",
      "text",
      "__proto__",
      "constructor",
      "",
    ],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.dictionary(name, value), value), { maxLength: 4 }), (given) =>
      judge("rows.jsonl", encode(given.map((row) => JSON.stringify(row)).join("\n"))),
    ),
    { numRuns: 200 },
  );
});
