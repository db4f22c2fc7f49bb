import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { checkImports } from "./check-imports.ts";

let root: string;
afterEach(() => rmSync(root, { recursive: true, force: true }));

const packages = ["protocol", "lora", "storage", "db", "testing", "api-client"];
const apps = ["worker", "api", "evaluator", "web"];

/** Workspaces that declare each other, and `postgres`, with these files besides an index each. */
function tree(files: Record<string, string>): string {
  root = mkdtempSync(join(tmpdir(), "trainchain-imports-"));
  const write = (file: string, text: string) => {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  for (const folder of ["e2e", "scripts", "contracts/scripts", "node_modules/@trainchain"])
    mkdirSync(join(root, folder), { recursive: true });
  write("package.json", "{}");
  write("node_modules/postgres/package.json", JSON.stringify({ name: "postgres", main: "index.js" }));
  write("node_modules/postgres/index.js", "");
  const names = [...packages, ...apps].map((name) => [`@trainchain/${name}`, "0.1.0"]);
  for (const [name, folder] of [
    ...packages.map((name) => [name, `packages/${name}`]),
    ...apps.map((name) => [name, `apps/${name}`]),
  ] as [string, string][]) {
    const dependencies = Object.fromEntries(names);
    write(
      `${folder}/package.json`,
      JSON.stringify({ name: `@trainchain/${name}`, exports: "./src/index.ts", dependencies }),
    );
    write(`${folder}/src/index.ts`, "export const x = 1;\n");
    symlinkSync(join(root, folder), join(root, "node_modules/@trainchain", name));
  }
  for (const [file, source] of Object.entries(files)) write(file, source);
  return root;
}

it.each([
  ["a package reaches above its floor", "packages/protocol/src/a.ts", 'import { x } from "@trainchain/db";'],
  ["browser code needs Node", "packages/lora/src/a.ts", 'import { readFileSync } from "node:fs";'],
  ["an app imports an app", "apps/worker/src/a.ts", 'import { x } from "@trainchain/api";'],
  [
    "an app imports an app by its path",
    "apps/worker/src/a.ts",
    'import { x } from "../../api/src/index.ts";',
  ],
  ["a package imports an app", "packages/storage/src/a.ts", 'import type { x } from "@trainchain/api";'],
  ["what ships imports test code", "apps/api/src/a.ts", 'import { x } from "@trainchain/testing";'],
  ["so does one that starts something", "apps/api/src/start-a.ts", 'export * from "@trainchain/testing";'],
  ["so does one that does so late", "apps/api/src/a.ts", 'await import("@trainchain/testing");'],
  ["the evaluator holds keys", "apps/evaluator/src/a.ts", 'import { x } from "@trainchain/storage";'],
  ["the site imports storage", "apps/web/src/a.tsx", 'import { x } from "@trainchain/storage";'],
  ["the site imports a database", "apps/web/src/a.tsx", 'import postgres from "postgres";'],
  ["a package is not declared", "apps/api/src/a.ts", 'import { x } from "postgres";'],
  [
    "a feature imports a feature",
    "apps/web/src/features/a/a.tsx",
    'import { x } from "../b/b.tsx";\nexport const A = () => <p>{x}</p>;',
  ],
  [
    "a room of the agent imports one above it",
    "apps/contributor/agent/src/machine/a.ts",
    'import { x } from "../jobs/b.ts";',
  ],
  ["a kind imports a kind", "apps/worker/src/kinds/a/a.ts", 'import { x } from "../b/b.ts";'],
  [
    "what kinds share imports a kind",
    "apps/worker/src/kinds/adapters/a.ts",
    'import { x } from "../b/b.ts";',
  ],
])("refuses that %s", async (_, file, source) => {
  const others = {
    "apps/web/src/features/b/b.tsx": "export const x = 1;\n",
    "apps/worker/src/kinds/b/b.ts": "export const x = 1;\n",
    "apps/contributor/agent/src/jobs/b.ts": "export const x = 1;\n",
  };
  const violations = await checkImports(tree({ ...others, [file]: `${source}\n` }));
  expect(violations.map((violation) => violation.file)).toEqual([file]);
});

it("allows what the architecture allows", async () => {
  const files = {
    "packages/lora/src/node/files.ts": 'import { open } from "node:fs/promises";\n',
    "packages/db/src/q.ts": 'import { x } from "@trainchain/protocol";\n',
    "apps/api/src/d.test.ts": 'import { x } from "@trainchain/testing";\n',
    "apps/web/src/features/a/a.tsx": 'import { x } from "../../parts/p.tsx";\n',
    "apps/web/src/parts/p.tsx": "export const x = <p />;\n",
    "apps/worker/src/kinds/a/a.ts": 'import { x } from "../adapters/b.ts";\n',
    "apps/worker/src/kinds/adapters/b.ts": "export const x = 1;\n",
  };
  expect(await checkImports(tree(files))).toEqual([]);
});
