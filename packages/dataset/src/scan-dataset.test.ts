import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { usualCsv } from "./csv-reader.ts";
import { awkwardText, csvOf, cutAt, encode, validRow } from "./dataset-fixtures.ts";
import { type DatasetRow, serialiseRow } from "./dataset-row.ts";
import { placeOfProblem, problemTable } from "./problems.ts";
import { type ByteChunks, type ScanOptions, scanText } from "./scan-dataset.ts";
import type { TextShape } from "./text-shape.ts";

const good = '{"instruction":"Say hello.","input":"","output":"Hello."}';

type Format = "jsonl" | "json" | "csv";
const shapes: Record<Format, TextShape> = {
  jsonl: { format: "jsonl" },
  json: { format: "json", rowsIn: "array" },
  csv: { format: "csv", csv: usualCsv },
};

function checkChunks(chunks: ByteChunks, format: Format, options: ScanOptions = {}) {
  return scanText(chunks, shapes[format], options);
}

function check(text: string | Uint8Array, format: Format, options: ScanOptions = {}) {
  return checkChunks([typeof text === "string" ? encode(text) : text], format, options);
}

async function rowsOf(chunks: Uint8Array[], format: Format): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  const report = await scanText(
    chunks,
    shapes[format],
    {},
    { row: (bytes) => rows.push(JSON.parse(new TextDecoder().decode(bytes))) },
  );
  expect(report.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return rows;
}

function unique(rows: readonly DatasetRow[]): DatasetRow[] {
  const key = ({ instruction, input, output }: DatasetRow) =>
    serialiseRow({ instruction: instruction.trim(), input: input.trim(), output: output.trim() });
  const keys = rows.map(key);
  return rows.filter((_, at) => keys.indexOf(keys[at] ?? "") === at);
}

describe("reading", () => {
  const anyCuts = fc.array(fc.nat(), { maxLength: 12 });
  const anyRows = fc.array(validRow, { minLength: 1, maxLength: 12 });

  test.each<[Format, string, (rows: DatasetRow[]) => string]>([
    ["jsonl", "JSON Lines", (rows) => rows.map((row) => JSON.stringify(row)).join("\n")],
    [
      "jsonl",
      "JSON Lines with spaces, blank lines and CRLF",
      (rows) => rows.map((row) => spaced(row)).join("\r\n\r\n"),
    ],
    ["json", "a JSON array", (rows) => JSON.stringify(rows)],
    ["json", "an indented JSON array", (rows) => `\n${JSON.stringify(rows, null, 2)}\n`],
    [
      "csv",
      "CSV with the columns in another order",
      (rows) => csvOf(rows, ["output", "instruction", "input"]),
    ],
  ])("%s: %s gives the rows that were written, however it arrives", async (format, _, write) => {
    await fc.assert(
      fc.asyncProperty(anyRows, anyCuts, fc.boolean(), async (rows, cuts, hasBom) => {
        const bytes = encode(`${hasBom ? "\uFEFF" : ""}${write(rows)}`);
        expect(await rowsOf(cutAt(bytes, cuts), format)).toEqual(unique(rows));
      }),
    );
  });

  test("CSV without an input column gives rows without input", async () => {
    expect(await rowsOf([encode("instruction,output\nSay hello.,Hello.\n")], "csv")).toEqual([
      { instruction: "Say hello.", input: "", output: "Hello." },
    ]);
  });

  test("hands over each row in canonical bytes, whatever JSON spelt it", async () => {
    await fc.assert(
      fc.asyncProperty(
        validRow,
        fc.constantFrom(spaced, escaped, JSON.stringify, reordered),
        async (row, write) => {
          const lines: string[] = [];
          const visit = (bytes: Uint8Array) => lines.push(new TextDecoder().decode(bytes));
          await scanText([encode(write(row))], shapes.jsonl, {}, { row: visit });
          expect(lines).toEqual([serialiseRow(row)]);
        },
      ),
    );
  });

  test("a field that is written twice counts as JSON.parse counts it", async () => {
    const line = '{"instruction":"a","output":"first","output":"last"}';
    const lines: string[] = [];
    const visit = (bytes: Uint8Array) => lines.push(new TextDecoder().decode(bytes));
    await scanText([encode(line)], shapes.jsonl, {}, { row: visit });
    expect(lines).toEqual(['{"instruction":"a","input":"","output":"last"}']);
  });
});

describe("problems", () => {
  const row = (fields: Record<string, unknown>) =>
    JSON.stringify({ instruction: "i", input: "", output: "o", ...fields });

  test.each<[string, string, string | null]>([
    ["json-ends-early", "{", null],
    ["json-extra-comma", `${good},`, null],
    ["not-json", `${good} ${good}`, null],
    ["json-extra-comma", '{"instruction":"a","output":"b",}', null],
    ["json-nan", '{"instruction":"a","input":NaN,"output":"b"}', null],
    ["json-python", "{'instruction':'a','output':'b'}", null],
    ["json-python", '{"instruction":"a","input":None,"output":"b"}', null],
    ["json-escape", '{"instruction":"C:\\dir","output":"b"}', null],
    ["json-raw-control", '{"instruction":"a\tb","output":"b"}', null],
    ["not-an-object", "[]", null],
    ["not-an-object", "null", null],
    ["not-an-object", '"text"', null],
    ["missing-field", '{"instruction":"i"}', "output"],
    ["missing-field", '{"output":"o","__proto__":{"instruction":"i"}}', "instruction"],
    ["not-a-string", row({ output: 7 }), "output"],
    ["not-a-string", row({ input: true }), "input"],
    ["missing-field", row({ output: null }), "output"],
    ["object-as-text", row({ output: { name: "Ann" } }), "output"],
    ["object-as-text", row({ input: ["a"] }), "input"],
    ["empty-instruction", row({ instruction: " \n" }), "instruction"],
    ["empty-output", row({ output: "" }), "output"],
    ["nul-character", row({ input: "a\0b" }), "input"],
    ["broken-unicode", row({ output: "\ud800" }), "output"],
    ["unknown-field", row({ text: "t" }), "text"],
  ])("%s is found in %s", async (kind, line, field) => {
    const report = await check(`${good}\n\n${line}\n`, "jsonl");
    expect(report.problems[0]).toMatchObject({ kind, line: 3, field });
    expect(report.problems[0]?.fix).not.toBe("");
    expect(report.ok).toBe(kind === "unknown-field");
    expect(report.rows).toBe(kind === "unknown-field" ? 2 : 1);
  });

  test.each<[string, number, string]>([
    ["malformed-array", 1, "{}"],
    ["malformed-array", 2, `[${good},,${good}]`],
    ["malformed-array", 2, `[${good}\n${good}]`],
    ["malformed-array", 2, `[${good}`],
    ["malformed-array", 2, `[${good}]\nmore`],
    ["trailing-comma", 0, `[${good},\n]`],
    ["not-json", 2, `[${good},\n{"a":]}]`],
    ["not-an-object", 1, "[1,2]"],
    ["no-rows", 0, "[]"],
  ])("JSON: %s is found in row %i of %s", async (kind, line, text) => {
    expect((await check(text, "json")).problems[0]).toMatchObject({ kind, line });
  });

  test.each<[string, number, string]>([
    ["no-rows", 0, ""],
    ["no-rows", 0, "\n\n"],
    ["bad-header", 1, ",,\na,b,c\n"],
    ["unknown-layout", 1, "instruction,input\na,b\n"],
    ["bad-header", 1, "instruction,output,output\na,b,c\n"],
    ["wrong-columns", 4, 'instruction,output\n"a\nb",c\nd\n'],
    ["malformed-csv", 2, 'instruction,output\na "b",c\n'],
    ["malformed-csv", 2, 'instruction,output\n"a"b,c\n'],
    ["malformed-csv", 3, 'instruction,output\na,b\n"never closed,c\n'],
    ["no-rows", 0, "instruction,output\n"],
  ])("CSV: %s is found on line %i", async (kind, line, text) => {
    expect((await check(text, "csv")).problems[0]).toMatchObject({ kind, line });
  });

  test("bytes that are not UTF-8 are found on their line, wherever the pieces are cut", async () => {
    const bytes = new Uint8Array([
      ...encode(`${good}\n\uFFFD is a fine character\n`),
      0xc3,
      0x28,
      ...encode("\n"),
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat()), async (cuts) => {
        const report = await checkChunks(cutAt(bytes, cuts), "jsonl");
        expect(report.problems).toContainEqual(expect.objectContaining({ kind: "not-utf8", line: 3 }));
      }),
    );
    expect((await check(new Uint8Array([0xff, 0xfe, 0x7b, 0x00]), "jsonl")).ok).toBe(false);
    expect((await check(new Uint8Array([...encode(good), 0xe6, 0xbc]), "jsonl")).counts["not-utf8"]).toBe(1);
  });

  test("each kind and field is told once, errors first, with its first places, and all are counted", async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) =>
      index < 30 ? row({ extra: 1, output: `${index}` }) : "{",
    );
    const report = await check(lines.join("\n"), "jsonl");
    expect(report).toMatchObject({
      errors: 4_970,
      warnings: 30,
      counts: { "json-ends-early": 4_970, "unknown-field": 30 },
    });
    expect(report.problems.map(({ kind, count, lines }) => [kind, count, lines])).toEqual([
      ["json-ends-early", 4_970, [31, 32, 33, 34, 35]],
      ["unknown-field", 30, [1, 2, 3, 4, 5]],
    ]);
    expect(report.problems.map(placeOfProblem)).toEqual([
      "lines 31, 32, 33, 34, 35 and 4,965 more",
      "lines 1, 2, 3, 4, 5 and 25 more, extra",
    ]);
  });

  test("no more than 20 kinds and fields are kept", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => row({ [`extra${index}`]: 1, output: `${index}` }));
    const report = await check(lines.join("\n"), "jsonl");
    expect(report).toMatchObject({ ok: true, warnings: 50 });
    expect(report.problems).toHaveLength(20);
  });

  test("rows that differ only in spaces around their fields are duplicates; the first counts", async () => {
    const report = await check([row({}), row({ output: " o " }), row({ output: "O" })].join("\n"), "jsonl");
    expect(report).toMatchObject({ rows: 2, duplicates: 1, ok: true });
    expect(report.problems[0]).toMatchObject({ kind: "duplicate", line: 2, severity: "warning" });
  });

  test("rows beyond the memory for duplicates are counted as unchecked", async () => {
    const text = Array.from({ length: 12 }, (_, index) => row({ output: `${index}` })).join("\n");
    expect(await check(text, "jsonl", { maxTrackedRows: 10 })).toMatchObject({ rows: 12, uncheckedRows: 2 });
  });
});

describe("bounds", () => {
  test.each<Format>(["jsonl", "json", "csv"])(
    "a hostile %s of one endless row is refused without being held",
    async (format) => {
      const begin = { jsonl: '{"instruction":"', json: '[{"instruction":"', csv: 'instruction,output\n"' }[
        format
      ];
      let sentBytes = 0;
      async function* hostile() {
        yield encode(begin);
        const piece = new Uint8Array(1_048_576).fill(0x61);
        for (; sentBytes < 256 * piece.length; sentBytes += piece.length) yield piece;
      }
      const before = process.memoryUsage().rss;
      const report = await checkChunks(hostile(), format);
      expect(report.counts["row-too-large"] ?? report.counts["malformed-array"]).toBe(1);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576);
    },
  );

  test.each(["}", "]"])("a %s between objects ends the reading, which would not go on", async (stray) => {
    const object = JSON.stringify({ instruction: "i", output: "o" }, null, 2);
    const chunks = [encode(`${object}\n${stray}\n${object}`)];
    const report = await scanText(chunks, { format: "json", rowsIn: "objects" });
    expect(report).toMatchObject({ rows: 1, errors: 1, stopped: true });
    expect(report.problems[0]).toMatchObject({
      line: 5,
      problem: expect.stringContaining(`${stray} cannot stand`),
    });
  });

  test("the row after an overlong one is read again", async () => {
    const long = JSON.stringify({ instruction: "i", output: "o".repeat(200) });
    for (const [format, text] of [
      ["jsonl", `${long}\n${good}`],
      ["json", `[${long},\n${good}]`],
    ] as const) {
      const report = await check(text, format, { maxRowChars: 100 });
      expect(report).toMatchObject({ rows: 1, errors: 1, counts: { "row-too-large": 1 } });
      expect(report.problems[0]).toMatchObject({ line: 1 });
    }
  });

  test("deep nesting is refused as a row, not run into", async () => {
    const report = await check(`[${"[".repeat(200_000)}${"]".repeat(200_000)}]`, "json", {
      maxRowChars: 1_000_000,
    });
    expect(report.ok).toBe(false);
  });

  test("no input makes the reading fail", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(awkwardText.map(encode), fc.uint8Array({ maxLength: 200 })),
        fc.constantFrom<Format>("jsonl", "json", "csv"),
        fc.array(fc.nat(), { maxLength: 4 }),
        async (bytes, format, cuts) => {
          const whole = await checkChunks([bytes], format);
          const inPieces = await checkChunks(cutAt(bytes, cuts), format);
          // Reading stops with the piece in which a fatal problem was found.
          expect({ ...inPieces, sizeBytes: whole.sizeBytes }).toEqual(whole);
          expect(whole.ok).toBe(whole.errors === 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the report", () => {
  test("counts rows and bytes and describes lengths", async () => {
    const text = [1, 2, 3, 4, 100].map((length) =>
      JSON.stringify({ instruction: "ab", output: "x".repeat(length) }),
    );
    const report = await check(text.join("\n"), "jsonl");
    expect(report.sizeBytes).toBe(text.join("\n").length);
    expect(report.outputChars).toEqual({
      min: 1,
      median: 3,
      p95: 100,
      max: 100,
      mean: 22,
      histogram: [
        { upTo: 16, rows: 4 },
        { upTo: 32, rows: 0 },
        { upTo: 64, rows: 0 },
        { upTo: 128, rows: 1 },
      ],
    });
    expect(report.promptChars).toMatchObject({ min: 2, median: 2, max: 2 });
  });

  test("of an empty file says that it has no row", async () => {
    expect(await check("", "jsonl")).toMatchObject({
      ok: false,
      rows: 0,
      counts: { "no-rows": 1 },
      promptChars: null,
    });
  });
});

test.each(["sample-600.jsonl", "house-style-360.jsonl"])(
  "the shipped %s is what its script makes, and valid",
  async (name) => {
    const { makeSample } = await import("../samples/make-sample.ts");
    const { makeHouseStyle } = await import("../samples/make-house-style.ts");
    const made = name.startsWith("sample") ? makeSample() : makeHouseStyle();
    const bytes = await readFile(new URL(`../samples/${name}`, import.meta.url));
    expect(bytes.toString()).toBe(made.map((sample) => `${serialiseRow(sample)}\n`).join(""));
    expect(await check(bytes, "jsonl")).toMatchObject({
      ok: true,
      rows: Number(name.match(/\d+/)?.[0]),
      duplicates: 0,
      warnings: 0,
    });
  },
);

function spaced({ instruction, input, output }: DatasetRow): string {
  const [a, b, c] = [instruction, input, output].map((text) => JSON.stringify(text));
  return `  { "instruction" : ${a}, "input":\t${b}, "output": ${c} } `;
}

/** Every character as an escape. */
function escaped(row: DatasetRow): string {
  return JSON.stringify(row).replace(/[é漢\u2028x/]/g, (char) =>
    char === "/" ? "\\/" : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function reordered({ instruction, input, output }: DatasetRow): string {
  return JSON.stringify({ output, extra: "left out", input, instruction });
}

test("every kind of problem stands in the document on the format", async () => {
  const document = await readFile(new URL("../../../docs/dataset-format.md", import.meta.url), "utf8");
  for (const kind of Object.keys(problemTable)) expect(document).toContain(`\`${kind}\``);
});
