import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { checkImports } from "./check-imports.ts";

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "trainchain-imports-"));
  for (const folder of ["packages", "apps", "e2e", "scripts"]) mkdirSync(join(root, folder));
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), source);
  }
  return root;
}

it("refuses each kind of forbidden import and names the file", () => {
  const root = tree({
    "packages/protocol/src/a.ts": 'import { x } from "@trainchain/db";\n',
    "packages/lora/src/b.ts": 'import { readFileSync } from "node:fs";\n',
    "apps/worker/src/c.ts": 'import { createApp } from "@trainchain/api";\n',
    "apps/api/src/d.ts": 'import { startPostgres } from "@trainchain/testing";\n',
    "apps/evaluator/src/e.ts": 'import { unseal } from "@trainchain/storage";\n',
  });
  expect(checkImports(root).map((violation) => violation.file)).toEqual([
    "packages/lora/src/b.ts",
    "packages/protocol/src/a.ts",
    "apps/api/src/d.ts",
    "apps/evaluator/src/e.ts",
    "apps/worker/src/c.ts",
  ]);
});

it("allows what the architecture allows", () => {
  const root = tree({
    "packages/lora/src/node/files.ts": 'import { open } from "node:fs/promises";\n',
    "packages/api-client/src/a.ts": 'import type { AppType } from "@trainchain/api";\n',
    "packages/db/src/q.ts": 'import { TrainChainError } from "@trainchain/protocol";\n',
    "apps/api/src/d.test.ts": 'import { startPostgres } from "@trainchain/testing";\n',
  });
  expect(checkImports(root)).toEqual([]);
});
