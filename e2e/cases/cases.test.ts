import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { casesDir } from "../../scripts/env.ts";
import { writeOwnCorpus } from "./own-corpus.ts";
import { heldElsewhere, rightAnswers } from "./right-answers.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ownDir = await mkdtemp(join(tmpdir(), "trainchain-cases-"));
if (casesDir === undefined) await writeOwnCorpus(ownDir);
const dir = casesDir ?? ownDir;
afterAll(() => rm(ownDir, { recursive: true }));

const isFolder = (entry: { isDirectory(): boolean }) => entry.isDirectory();
const folders = (await readdir(dir, { withFileTypes: true })).filter(isFolder).map(({ name }) => name);
const cases = Object.entries(rightAnswers)
  .filter(([folder]) => casesDir === undefined || folders.includes(folder))
  .flatMap(([folder, answers]) =>
    answers.map((answer) => ({ folder, name: answer.paths.join(" and "), ...answer })),
  );

/** All that `trainchain` says of the paths, and how it exits. */
function ask(folder: string, paths: readonly string[]): Promise<{ code: number; said: string }> {
  const command = paths.length > 1 ? ["adapter", "merge", "--out", "merged"] : ["dataset", "check"];
  const isAdapter = paths.length === 1 && !/\.\w+$/.test(paths[0]!);
  const args = [
    join(root, "apps/cli/src/main.ts"),
    ...(isAdapter ? ["adapter", "check"] : command),
    ...paths,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: join(dir, folder) }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr }),
    );
  });
}

describe(`each file of ${casesDir ?? "the project's own cases"} gets its right answer:`, () => {
  it.each(cases)("$folder/$name", async ({ folder, paths, code, says }) => {
    const told = await ask(folder, paths);
    for (const words of says) expect(told.said).toMatch(words);
    expect(told.code).toBe(code);
    const lines = told.said.trimEnd().split("\n");
    expect(new Set(lines).size, "nothing is said twice").toBe(lines.length);
    expect(lines.length, "whatever is wrong, it is said in few lines").toBeLessThan(30);
    expect(told.said, "nothing of the file moves the cursor").not.toMatch(/[^\P{Cc}\n]/u);
  });
});

it("every case of the folder has an answer here, or a test that holds the product to it", async () => {
  const known = [...Object.keys(rightAnswers), ...Object.keys(heldElsewhere)];
  expect(folders.filter((folder) => !known.includes(folder))).toEqual([]);
});

it.each(Object.entries(heldElsewhere))("%s is held by a test that is there", async (_, [file, name]) => {
  expect(await readFile(join(root, file), "utf8")).toContain(name);
});
