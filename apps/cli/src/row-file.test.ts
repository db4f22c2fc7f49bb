import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, type TestContext } from "vitest";
import { createRowFile } from "./row-file.ts";

async function folder({ onTestFinished }: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "trainchain-rows-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

const row = Buffer.from(`{"instruction":"a","input":"","output":"b"}`);

it("has its name once all rows are written, and none where they are not kept", async (test) => {
  const dir = await folder(test);
  const file = await createRowFile(join(dir, "rows.jsonl"));
  file.row(row);
  await file.afterChunk?.();
  expect(await readdir(dir)).toEqual(["rows.jsonl.part"]);
  await file.finish(true);
  expect(await readFile(join(dir, "rows.jsonl"), "utf8")).toBe(`${row}\n`);
  const other = await createRowFile(join(dir, "others.jsonl"));
  await other.finish(false);
  expect(await readdir(dir)).toEqual(["rows.jsonl"]);
});

it("never writes over a file", async (test) => {
  const path = join(await folder(test), "rows.jsonl");
  await writeFile(path, "mine");
  await expect(createRowFile(path)).rejects.toMatchObject({ code: "conflict" });
  expect(await readFile(path, "utf8")).toBe("mine");
});

it.runIf(process.platform === "linux")(
  "a disk that is full is said, and leaves nothing that looks whole",
  async (test) => {
    const dir = await folder(test);
    await symlink("/dev/full", join(dir, "rows.jsonl.part"));
    const file = await createRowFile(join(dir, "rows.jsonl"));
    const write = async () => {
      for (let count = 0; count < 1_000; count++) {
        file.row(row);
        await file.afterChunk?.();
      }
      await file.finish(true);
    };
    await expect(write()).rejects.toMatchObject({ code: "disk-full" });
    await file.finish(false);
    expect(await readdir(dir)).toEqual([]);
  },
);
