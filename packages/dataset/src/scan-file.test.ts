import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { drawShape, zipOf } from "@trainchain/testing/generated-images";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { csvOf, encode } from "./dataset-fixtures.ts";
import { type DatasetRow, serialiseRow } from "./dataset-row.ts";
import { describeRows } from "./layouts/describe-rows.ts";
import { scanFile } from "./scan-file.ts";

const rows: DatasetRow[] = ["é", "漢 😀", 'a "b", c', "two\nlines"].map((output, at) => ({
  instruction: `Say ${at}.`,
  input: at % 2 ? "now" : "",
  output,
}));
const jsonl = encode(rows.map((row) => `${serialiseRow(row)}\n`).join(""));
const csv = csvOf(rows, ["instruction", "input", "output"]);

async function scan(bytes: Uint8Array, name = "data") {
  const found: DatasetRow[] = [];
  const report = await scanFile(
    { blob: new Blob([bytes as Uint8Array<ArrayBuffer>]), name },
    {},
    {
      row: (row) => found.push(JSON.parse(new TextDecoder().decode(row))),
    },
  );
  return { found, report };
}

function utf16(text: string, byteOrder: "le" | "be"): Uint8Array {
  const bytes = Buffer.from(text, "utf16le");
  return byteOrder === "le" ? bytes : bytes.swap16();
}

function parquetOf(codec: "SNAPPY" | "UNCOMPRESSED" = "SNAPPY"): Uint8Array {
  const columnData = (["instruction", "input", "output"] as const).map((name) => ({
    ...{ name, type: "STRING" as const },
    data: rows.map((row) => row[name]),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 3, codec }));
}

describe("the rows are read from", () => {
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string?]>([
    ["JSON Lines", () => jsonl],
    ["a JSON array", () => encode(JSON.stringify(rows))],
    ["an indented array inside an object", () => encode(JSON.stringify({ version: 1, data: rows }, null, 2))],
    ["objects spread over lines", () => encode(rows.map((row) => JSON.stringify(row, null, 2)).join("\n"))],
    ["objects one behind the other", () => encode(rows.map((row) => JSON.stringify(row)).join(""))],
    ["CSV", () => encode(csv)],
    [
      "CSV with semicolons",
      () => encode(csv.replaceAll('","', '";"').replace(/^\w+,\w+,/, (names) => names.replaceAll(",", ";"))),
    ],
    ["JSON Lines of an old Mac", () => encode(rows.map((row) => JSON.stringify(row)).join("\r"))],
    ["CSV that tells Excel its separator", () => encode(`sep=,\r\n${csv}`)],
    [
      "CSV that tells Excel a semicolon",
      () =>
        encode(
          `\uFEFFSEP=;\n${csv.replaceAll('","', '";"').replace(/^\w+,\w+,/, (names) => names.replaceAll(",", ";"))}`,
        ),
    ],
    [
      "CSV with tabs",
      () =>
        encode(csv.replaceAll('","', '"\t"').replace(/^\w+,\w+,/, (names) => names.replaceAll(",", "\t"))),
    ],
    [
      "CSV whose first column has no name",
      () => encode(csv.replace("instruction", ",instruction").replaceAll('"Say', '0,"Say')),
    ],
    ["gzip", () => gzipSync(jsonl)],
    [
      "a zip of one file",
      () =>
        zipOf([
          ["pack/rows.csv", encode(csv)],
          ["__MACOSX/._rows.csv", encode("x")],
        ]),
    ],
    ["UTF-16 with its mark", () => utf16(`\uFEFF${csv}`, "le")],
    ["UTF-16 the other way round", () => utf16(`\uFEFF${csv}`, "be")],
    ["UTF-16 without a mark", () => utf16(csv, "le")],
    ["Parquet", () => parquetOf()],
    ["Parquet in a gzip", () => gzipSync(parquetOf())],
    ["Parquet in a zip", () => zipOf([["data/train.parquet", parquetOf()]])],
    ["Parquet that is not packed", () => parquetOf("UNCOMPRESSED")],
  ])("%s", async (_, bytes) => {
    const { found, report } = await scan(await bytes());
    expect(report.problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(found).toEqual(rows);
    expect(describeRows(report.layouts)).toBe("Alpaca: 4 rows");
  });

  test("CSV of an old Mac", async () => {
    const { found, report } = await scan(
      encode("instruction,output\rSay a.,a\rSay b.,\rSay c.,c\r"),
      "mac.csv",
    );
    expect(found.map(({ output }) => output)).toEqual(["a", "c"]);
    expect(report.problems).toMatchObject([{ kind: "empty-output", line: 3 }]);
  });

  test("conversations in Parquet", async () => {
    const messages = [
      [
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
      ],
      [
        { role: "user", content: "c" },
        { role: "assistant", content: "d" },
      ],
    ];
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: "messages", data: messages, type: "JSON" },
        { name: "id", data: [1n, 2n] },
      ],
    });
    const { found, report } = await scan(new Uint8Array(bytes));
    expect(found.map(({ instruction, output }) => [instruction, output])).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(report.problems).toMatchObject([{ kind: "unknown-field", field: "id", unit: "row", count: 2 }]);
  });
});

/** Different rows of one long text, which the file holds once. */
function repeatingParquet(): Uint8Array {
  const [count, long] = [400, "a".repeat(200_000)];
  const columnData = [
    { name: "instruction", type: "STRING" as const, data: new Array(count).fill(long) },
    { name: "output", type: "STRING" as const, data: Array.from({ length: count }, (_, at) => `${at}`) },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

const page = encode(`<!DOCTYPE html>${randomBytes(300_000).toString("base64")}`);

test.each<[string, Uint8Array]>([
  ["refused by its beginning", page],
  ["refused by the beginning of what is packed in it", gzipSync(page)],
  ["read to its end", jsonl],
])("a file is closed that is %s", async (_, bytes) => {
  let isClosed = false;
  async function* pieces() {
    try {
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
    } finally {
      isClosed = true;
    }
  }
  await scanFile({ blob: new Blob([bytes as Uint8Array<ArrayBuffer>]), name: "data", pieces });
  await expect.poll(() => isClosed).toBe(true);
});

/** A zip of one file whose entry in the list of files says something else in one place. */
async function lyingZip(place: number, value: number): Promise<Uint8Array> {
  const bytes = Buffer.from(await zipOf([["rows.jsonl", jsonl]]));
  bytes.writeUInt32LE(value, bytes.indexOf(Buffer.from("504b0102", "hex")) + place);
  return bytes;
}

/** A zip that says that its list of files is most of it. */
function vastList(): Uint8Array {
  const listBytes = 130 * 1024 ** 2;
  const bytes = Buffer.alloc(listBytes + 26);
  bytes.writeUInt32BE(0x504b0304, 0);
  const end = [0x06054b50, 0, 0x0001_0001, listBytes, 4];
  for (const [index, value] of end.entries()) bytes.writeUInt32LE(value, listBytes + 4 + 4 * index);
  return bytes;
}

const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:1d\nsize 391384\n";

describe("a file is named for what it is, with what to do:", () => {
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string, RegExp]>([
    ["a Git LFS pointer", () => encode(lfs), "lfs-pointer", /391,384 bytes are elsewhere/],
    ["an HTML page", () => encode("\n\n<!DOCTYPE html>\n<html></html>"), "html-page", /HTML page/],
    [
      "a workbook",
      () =>
        zipOf([
          ["[Content_Types].xml", encode("x")],
          ["xl/workbook.xml", encode("x")],
        ]),
      "office-file",
      /\.xlsx/,
    ],
    [
      "a document",
      () =>
        zipOf([
          ["[Content_Types].xml", encode("x")],
          ["word/document.xml", encode("x")],
        ]),
      "office-file",
      /\.docx/,
    ],
    ["an old workbook", () => Buffer.from("d0cf11e0a1b11ae1000000000000", "hex"), "office-file", /\.xls/],
    ["a PDF", () => encode("%PDF-1.7\n"), "office-file", /PDF/],
    ["a 7z archive", () => Buffer.from("377abcaf271c0004", "hex"), "packed-file", /7z/],
    [
      "a zip in a zip",
      async () => zipOf([["rows.zip", await zipOf([["rows.jsonl", jsonl]])]]),
      "packed-file",
      /packed file again, "rows\.zip"/,
    ],
    [
      "a Markdown table",
      () => encode("| instruction | output |\n|:---|---|\n| a | b |\n"),
      "markdown-table",
      /Markdown table/,
    ],
    ["an empty zip", () => zipOf([]), "no-rows", /empty zip archive/],
    ["a gzip in a gzip", () => gzipSync(gzipSync(jsonl)), "packed-file", /packed file again/],
    [
      "an archive of two datasets",
      () =>
        zipOf([
          ["a.jsonl", jsonl],
          ["b.jsonl", jsonl],
        ]),
      "several-files",
      /"a\.jsonl", "b\.jsonl"/,
    ],
    [
      "an archive of images",
      () =>
        zipOf([
          ["a/1.png", drawShape("ring", 1)],
          ["labels.csv", encode("x")],
          ["b/1.png", drawShape("ring", 2)],
        ]),
      "image-archive",
      /images/,
    ],
    [
      "images with a file of boxes beside each",
      () =>
        zipOf([
          ["images/train/1.png", drawShape("ring", 1)],
          ["images/train/2.png", drawShape("ring", 2)],
          ["labels/train/1.txt", encode("0 1 1 1 1")],
          ["labels/train/2.txt", encode("0 1 1 1 1")],
        ]),
      "image-archive",
      /images/,
    ],
    ["an image", () => drawShape("ring", 1), "binary-file", /PNG/],
    ["bytes", () => new Uint8Array(200).map((_, at) => at % 8), "binary-file", /no text/],
    [
      "columns",
      () => encode('{"instruction":{"0":"a"},"output":{"0":"b"}}'),
      "column-oriented",
      /column by column/,
    ],
    ["a gzip that was cut off", () => gzipSync(jsonl).subarray(0, -12), "damaged-file", /end: \w/],
    ["a zip whose file ends behind the archive", () => lyingZip(20, 100_000_000), "damaged-file", /read/],
    ["a zip whose file is another than was packed", () => lyingZip(16, 1), "damaged-file", /read/],
    ["a zip whose list of files is said to be vast", () => vastList(), "damaged-file", /longer than any/],
    ["a zip packed as few programs do", () => lyingZip(10, 12), "damaged-file", /read/],
    [
      "a gzip that unpacks to a thousand times its size",
      () => gzipSync(Buffer.alloc(80 * 1024 ** 2, 10)),
      "too-large-unpacked",
      /67,108,864/,
    ],
    [
      "a Parquet file that unpacks to a thousand times its size",
      () => repeatingParquet(),
      "too-large-unpacked",
      /67,108,864/,
    ],
    ["half a Parquet file", () => parquetOf().subarray(0, 100), "damaged-file", /read/],
    [
      "broken UTF-16",
      () =>
        Buffer.concat([utf16("\uFEFFinstruction,output\na,b", "le"), Buffer.from([0x00, 0xd8, 0x41, 0x00])]),
      "not-utf8",
      /UTF-16LE/,
    ],
  ])("%s", async (_, bytes, kind, text) => {
    const { report } = await scan(await bytes());
    expect(report.ok).toBe(false);
    expect(report.problems).toMatchObject([{ kind, severity: "error", count: 1 }]);
    expect(report.problems[0]?.problem).toMatch(text);
    expect(report.problems[0]?.fix).not.toBe("");
  });

  test("another list of rows beside the one that is read is told", async () => {
    const { report, found } = await scan(encode(JSON.stringify({ train: rows, test: rows.slice(0, 1) })));
    expect(found).toEqual(rows);
    expect(report.problems).toMatchObject([{ kind: "other-part", severity: "warning" }]);
    expect(report.problems[0]?.problem).toContain('"test"');
  });
});
