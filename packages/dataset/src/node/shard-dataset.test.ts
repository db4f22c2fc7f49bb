import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { csvOf, validRow } from "../dataset-fixtures.ts";
import { type DatasetRow, serialiseRow } from "../dataset-row.ts";
import { placeRows, planShards } from "../plan-shards.ts";
import { type ShardManifest, shardDataset } from "./shard-dataset.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dataset-"));
});
afterAll(() => rm(dir, { recursive: true }));

const fileOf = async (name: string, text: string) => {
  await writeFile(join(dir, name), text);
  return join(dir, name);
};
const numbered = (count: number): DatasetRow[] =>
  Array.from({ length: count }, (_, index) => ({ instruction: `row ${index}`, input: "", output: "ok" }));
const jsonl = (rows: readonly DatasetRow[]) => rows.map((row) => `${serialiseRow(row)}\n`).join("");

async function linesOf(outDir: string, file: string): Promise<string[]> {
  return (await readFile(join(outDir, file), "utf8")).split("\n").slice(0, -1);
}

async function allFiles(outDir: string): Promise<Record<string, string>> {
  const names = (await readdir(outDir)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(outDir, name), "utf8")])),
  );
}

test("every row of the file is in exactly one part, at the place that the plan gives it", async () => {
  const anyFile = fc.record({
    rows: fc.uniqueArray(validRow, {
      minLength: 6,
      maxLength: 40,
      selector: (row) => JSON.stringify(trimmed(row)),
    }),
    shards: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(2 ** 32 - 1),
  });
  await fc.assert(
    fc.asyncProperty(anyFile, async ({ rows, shards, seed }) => {
      const file = await fileOf("any.jsonl", jsonl(rows));
      const outDir = join(dir, "any");
      const { manifest } = await shardDataset({ file, shards, seed, holdout: 2, outDir });
      const { part, position } = placeRows(planShards({ rows: rows.length, shards, holdout: 2, seed }));
      const files = [manifest.holdout, ...manifest.shards];
      const lines = await Promise.all(files.map((written) => linesOf(outDir, written.file)));
      for (const [row, content] of rows.entries()) {
        expect(lines[part[row]! + 1]![position[row]!]).toBe(serialiseRow(content));
      }
      expect(lines.flat()).toHaveLength(rows.length);
    }),
    { numRuns: 40 },
  );
});

test("the manifest tells rows, bytes and hash of each file", async () => {
  const outDir = join(dir, "manifest");
  const file = await fileOf("manifest.jsonl", jsonl(numbered(103)));
  const { manifest } = await shardDataset({ file, shards: 4, seed: 9, holdout: 20, outDir });
  expect(JSON.parse(await readFile(join(outDir, "manifest.json"), "utf8"))).toEqual(manifest);
  expect(manifest).toMatchObject({ version: 1, format: "jsonl", rows: 103, duplicatesDropped: 0, seed: 9 });
  expect(manifest.shards.map(({ file: name, rows }) => [name, rows])).toEqual([
    ["shard-0.jsonl", 21],
    ["shard-1.jsonl", 21],
    ["shard-2.jsonl", 21],
    ["shard-3.jsonl", 20],
  ]);
  for (const part of [manifest.holdout, ...manifest.shards]) {
    const bytes = await readFile(join(outDir, part.file));
    expect(part.sizeBytes).toBe(bytes.length);
    expect(part.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
  expect((await readdir(outDir)).toSorted()).toEqual([
    "holdout.jsonl",
    "manifest.json",
    ...manifest.shards.map((part) => part.file),
  ]);
});

test("the same rows, seed and numbers give the same bytes, from any format and over an earlier run", async () => {
  const rows = numbered(60);
  const outDirs = [];
  for (const [name, text] of [
    ["same.jsonl", jsonl(rows)],
    ["same.json", JSON.stringify(rows, null, 1)],
    ["same.csv", csvOf(rows, ["input", "output", "instruction"])],
    ["same.jsonl", jsonl(rows)],
  ] as const) {
    const outDir = join(dir, `out-${name}`);
    await shardDataset({ file: await fileOf(name, text), shards: 3, seed: 5, holdout: 10, outDir });
    const { "manifest.json": _, ...parts } = await allFiles(outDir);
    outDirs.push(parts);
  }
  for (const parts of outDirs) expect(parts).toEqual(outDirs[0]);
});

test("a repeated row is in one part only, so the holdout holds nothing that was trained on", async () => {
  const rows = numbered(50);
  const file = await fileOf("repeated.jsonl", jsonl([...rows, ...rows, ...rows]));
  const outDir = join(dir, "repeated");
  const { manifest } = await shardDataset({ file, shards: 2, seed: 1, holdout: 20, outDir });
  expect(manifest).toMatchObject({ rows: 50, duplicatesDropped: 100 });
  const lines = await Promise.all(
    [manifest.holdout, ...manifest.shards].map((part) => linesOf(outDir, part.file)),
  );
  expect(new Set(lines.flat()).size).toBe(50);
});

test("an invalid file is refused with its first error, and leaves no file behind", async () => {
  const file = await fileOf("invalid.jsonl", `${jsonl(numbered(40))}{"instruction":"x"}\n`);
  const outDir = join(dir, "invalid");
  await expect(shardDataset({ file, shards: 2, seed: 1, outDir })).rejects.toMatchObject({
    code: "dataset-invalid",
    message: "line 41, output is missing",
    facts: { report: { errors: 1 } },
  });
  expect(await readdir(outDir)).toEqual([]);
});

test("rows longer than every buffer are kept whole", async () => {
  const rows = numbered(30).map((row, index) => ({
    ...row,
    output: `${index}`.repeat(index === 7 ? 900_000 : 70_000),
  }));
  const file = await fileOf("long.jsonl", jsonl(rows));
  const outDir = join(dir, "long");
  const { manifest } = await shardDataset({
    file,
    shards: 2,
    seed: 1,
    holdout: 5,
    outDir,
    maxRowChars: 2_000_000,
  });
  const lines = await Promise.all(partsOf(manifest).map((part) => linesOf(outDir, part.file)));
  expect(lines.flat().toSorted()).toEqual(rows.map(serialiseRow).toSorted());
});

test("a file of many buckets is partitioned exactly", async () => {
  const rows = numbered(20_000).map((row) => ({ ...row, output: "text ".repeat(400) }));
  const file = await fileOf("many.jsonl", jsonl(rows));
  const outDir = join(dir, "many");
  const { manifest } = await shardDataset({ file, shards: 7, seed: 11, outDir });
  const lines = await Promise.all(partsOf(manifest).map((part) => linesOf(outDir, part.file)));
  expect(lines.flat().toSorted()).toEqual(rows.map(serialiseRow).toSorted());
  const { part, position } = placeRows(planShards({ rows: rows.length, shards: 7, seed: 11 }));
  for (const [row, content] of rows.entries())
    expect(lines[part[row]! + 1]![position[row]!]).toBe(serialiseRow(content));
});

function partsOf({ holdout, shards }: ShardManifest) {
  return [holdout, ...shards];
}

function trimmed({ instruction, input, output }: DatasetRow) {
  return [instruction.trim(), input.trim(), output.trim()];
}

test("rows that cannot be used are left out only in the number that was agreed to, and counted", async () => {
  const bad = '{"instruction":"x","output":" "}\n{"instruction":"","output":7}\n';
  const file = await fileOf("bad.jsonl", jsonl(numbered(30)) + bad);
  const shard = (leaveOut?: number, of = file) =>
    shardDataset({ file: of, shards: 2, seed: 1, holdout: 5, leaveOut, outDir: join(dir, "left-out") });
  const { manifest } = await shard(2);
  expect(manifest).toMatchObject({ rows: 30, leftOut: { rows: 2 } });
  expect(manifest.leftOut?.reasons).toEqual({ "empty-output": 1, "empty-instruction": 1, "not-a-string": 1 });
  const lines = await linesOf(join(dir, "left-out"), "shard-0.jsonl");
  expect(lines.every((line) => line.includes('"row '))).toBe(true);
  for (const other of [undefined, 1, 3])
    await expect(shard(other)).rejects.toMatchObject({ code: "dataset-invalid" });
  // What was not read to its end has nobody counted.
  const cut = await fileOf(
    "cut.json",
    `[${jsonl(numbered(30)).trim().replaceAll("\n", ",")},{"instruction":1},]]`,
  );
  await expect(shard(1, cut)).rejects.toMatchObject({ code: "dataset-invalid" });
  expect(
    (await shard(undefined, await fileOf("good.jsonl", jsonl(numbered(30))))).manifest.leftOut,
  ).toBeUndefined();
});
