import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planShards } from "../plan-shards.ts";
import { cutShards } from "./cut-shards.ts";
import { shardDataset } from "./shard-dataset.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-cut-"));
});
afterAll(() => rm(dir, { recursive: true }));

/** Rows of many lengths, some longer than what is read at once, with separators inside that are no newlines. */
const rows = Array.from({ length: 41 }, (_, index) =>
  JSON.stringify({
    instruction: `row ${index}\u2028\r`,
    input: "",
    output: "é".repeat(index % 7 === 0 ? 40_000 : index + 1),
  }),
).join("\n");

describe("shards cut anew", () => {
  it.each([1, 2, 5, 20])(
    "for %i contributors are those that the file would have been cut into",
    async (shards) => {
      const file = join(dir, "rows.jsonl");
      await writeFile(file, rows);
      const [three, fresh, cut] = ["three", "fresh", "cut"].map((name) => join(dir, `${name}-${shards}`)) as [
        string,
        string,
        string,
      ];
      const before = await shardDataset({ file, shards: 3, seed: 9, outDir: three });
      const asked = await shardDataset({ file, shards, seed: 9, outDir: fresh });
      await mkdir(cut);
      const { shardRows } = planShards({ rows: before.manifest.rows, shards, seed: 9 });
      const files = before.manifest.shards.map((part) => join(three, part.file));
      expect(await cutShards({ files, shardRows, outDir: cut })).toEqual(asked.manifest.shards);
      for (const { file: name } of asked.manifest.shards)
        expect(await readFile(join(cut, name))).toEqual(await readFile(join(fresh, name)));
    },
  );

  it("are refused where their rows are not those of the plan", async () => {
    const file = join(dir, "few.jsonl");
    await writeFile(file, '{"a":1}\n{"a":2}\n');
    for (const shardRows of [[1], [1, 2], [1, 1, 1]]) {
      const outDir = join(dir, `refused-${shardRows.length}-${shardRows.at(-1)}`);
      await mkdir(outDir);
      await expect(cutShards({ files: [file], shardRows, outDir })).rejects.toThrow("have not the rows");
    }
  });
});
