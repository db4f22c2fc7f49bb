import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ensurePythonTools, runPythonTool } from "./python-tools.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

it("`npm run sbom` writes CycloneDX documents that hold against its schema, of all that is locked and shipped", async () => {
  await ensurePythonTools();
  const out = await mkdtemp(join(tmpdir(), "trainchain-sbom-"));
  const written = spawnSync(process.execPath, [here("../scripts/sbom.ts"), "--out", out], {
    encoding: "utf8",
  });
  expect(written.status, written.stderr).toBe(0);
  const files = ["npm.cdx.json", "python.cdx.json"].map((name) => join(out, name));
  const told = await runPythonTool(here("validate_bom.py"), files);
  const [npm = [], python = []] = told
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
  expect(npm).toEqual(expect.arrayContaining(["viem", "zod", "hono"]));
  expect(npm).not.toContain("vitest");
  const lock = await readFile(here("../trainer/requirements.txt"), "utf8");
  const locked = [...lock.matchAll(/^([\w.-]+)==/gm)].map(([, name]) => name);
  expect(locked.length).toBeGreaterThan(80);
  expect(python).toEqual(expect.arrayContaining([...locked, "triton"]));
  await rm(out, { recursive: true });
});
