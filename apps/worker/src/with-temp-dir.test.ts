import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeLeftovers, withTempDir } from "./with-temp-dir.ts";

it("removes the folders of workers that have ended, and nothing that no worker made", async (test) => {
  const dir = await mkdtemp(join(tmpdir(), "trainchain-leftovers-"));
  test.onTestFinished(() => rm(dir, { recursive: true }));
  const noProcess = 2 ** 30;
  await mkdir(join(dir, `${noProcess}-a1B2c3`));
  await writeFile(join(dir, "notes.txt"), "an operator's own");
  await mkdir(join(dir, "2025-reports"));
  await withTempDir(dir, async () => {
    await removeLeftovers(dir);
    const left = await readdir(dir);
    expect(left.filter((name) => !name.startsWith(`${process.pid}-`)).sort()).toEqual([
      "2025-reports",
      "notes.txt",
    ]);
    expect(left).toHaveLength(3);
  });
});
