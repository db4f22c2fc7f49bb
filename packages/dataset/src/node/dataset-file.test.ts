import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scanFile } from "../scan-file.ts";
import { openDatasetFile } from "./dataset-file.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "parquet-"));
});
afterAll(() => rm(dir, { recursive: true }));

function parquetOf(rows: number): Uint8Array {
  const columnData = ["instruction", "output"].map((name) => ({
    ...{ name, type: "STRING" as const },
    data: Array.from({ length: rows }, (_, at) => `${name} ${at}`),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2_500 }));
}

async function scan(bytes: Uint8Array, options = {}) {
  const path = join(dir, "rows.parquet");
  await writeFile(path, bytes);
  return scanFile(await openDatasetFile(path, options));
}

test("a Parquet file is read in a thread, row group by row group", async () => {
  expect(await scan(parquetOf(10_000))).toMatchObject({ ok: true, format: "parquet", rows: 10_000 });
});

test("a Parquet file whose pages lie about themselves is given up, and this process goes on", async () => {
  const bytes = parquetOf(4);
  const places = Array.from({ length: 20 }, (_, at) => 4 + at);
  for (const at of places) {
    const changed = Uint8Array.from(bytes);
    changed[at] = 0xff;
    const report = await scan(changed, { answerMs: 1_000 });
    expect(report.ok).toBe(report.errors === 0);
    for (const { fix } of report.problems) expect(fix).not.toBe("");
  }
  expect(await scan(bytes)).toMatchObject({ ok: true, rows: 4 });
});

/** Whole numbers, written as differences: of these a page of a few bytes may hold any number. */
function numbersOf(values: number): Uint8Array {
  const columnData = ["instruction", "output"].map((name) => ({
    ...{ name, type: "INT64" as const, encoding: "DELTA_BINARY_PACKED" as const, nullable: false },
    data: new BigInt64Array(values),
  }));
  const sizes = { pageSize: 2 ** 24, rowGroupSize: values };
  return new Uint8Array(parquetWriteBuffer({ columnData, codec: "UNCOMPRESSED", ...sizes }));
}

test("a page that asks for the memory of a machine is refused before it is given any", async () => {
  const bytes = numbersOf(2 ** 20);
  // In the first page's header, as Thrift writes numbers: how many values it has.
  const [given, claimed] = ["80808001", "feffff7f"].map((hex) => Buffer.from(hex, "hex"));
  const place = Buffer.from(bytes).indexOf(given!);
  expect(place).toBeLessThan(64);
  bytes.set(claimed!, place);
  const { counts, problems } = await scan(bytes);
  expect(counts).toEqual({ "too-large-unpacked": 1 });
  expect(problems[0]?.problem).toMatch(/values$/);
});
