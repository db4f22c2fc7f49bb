import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "trainchain-literals-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What the project's linter says of a file at this place. */
function lint(file: string, source: string): string {
  const path = join(dir, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  const args = ["biome", "lint", `--config-path=${root}`, path];
  const { stdout, stderr } = spawnSync("npx", args, { cwd: root, encoding: "utf8" });
  return stdout + stderr;
}

it.each([
  [
    "apps/worker/src/tasks/a.ts",
    'export const isOurs = (kind: string) => kind === "image-classification";\n',
  ],
  ["apps/api/src/jobs/a.ts", 'export const kinds = ["embedding-finetune"];\n'],
  ["apps/web/src/features/job/a.tsx", 'export const A = () => <option value="llm-finetune" />;\n'],
])("refuses a kind's name outside kinds/, as in %s", (file, source) => {
  expect(lint(file, source)).toContain("below kinds/ only");
});

it.each(["apps/worker/src/kinds/index.ts", "apps/worker/src/a.test.ts"])("lets %s name kinds", (file) => {
  const said = lint(file, 'export const kind = "llm-finetune";\n');
  expect(said).toContain("Checked 1 file");
  expect(said).not.toContain("below kinds/ only");
});

const reading = "export const where = process.env.DATA_DIR;\n";

it.each([
  "apps/api/src/main.ts",
  "apps/cli/src/commands/job.ts",
  "packages/storage/src/storage.ts",
  "scripts/a.ts",
])("refuses the environment in %s: settings are read in one file of a process", (file) => {
  expect(lint(file, reading)).toContain("noProcessEnv");
});

it.each(["apps/api/src/env.ts", "apps/cli/src/admin/env.ts", "apps/api/src/a.test.ts", "e2e/a.ts"])(
  "lets %s read the environment",
  (file) => {
    const said = lint(file, reading);
    expect(said).toContain("Checked 1 file");
    expect(said).not.toContain("noProcessEnv");
  },
);
