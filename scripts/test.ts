import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { checkImports } from "./check-imports.ts";
import { ensurePython } from "./ensure-python.ts";
import { ensureWeb } from "./ensure-web.ts";
import { lastRun } from "./testing/folders.ts";
import { slowestFiles } from "./testing/slowest-files.ts";

/** `npm test`: every check of the project, in the order in which a mistake is cheapest to see. */
const root = fileURLToPath(new URL("..", import.meta.url));
const only = process.argv.slice(2);

const steps: { name: string; run: () => Promise<boolean> | boolean }[] = [
  { name: "format and lint", run: () => command("npx", "biome", "ci", ".") },
  { name: "types", run: () => command("npx", "tsc", "-p", ".") && command("npx", "tsc", "-p", "apps/web") },
  { name: "site", run: async () => Boolean(await ensureWeb(console.log)) },
  { name: "imports", run: importsHold },
  { name: "python", run: async () => Boolean(await ensurePython()) },
  { name: "contracts", run: () => node("contracts/scripts/check.ts") },
  { name: "libraries and apps", run: () => command("npx", "vitest", "run") },
  { name: "trainer", run: trainerTests },
  { name: "whole jobs", run: () => command("npx", "vitest", "run", "--config", "e2e/vitest.config.ts") },
];

rmSync(lastRun, { recursive: true, force: true });
const results: { step: string; result: string; seconds: number }[] = [];
for (const { name, run } of steps) {
  if (only.length > 0 && !only.some((wanted) => name.startsWith(wanted))) continue;
  console.log(`\n━━ ${name}`);
  const start = performance.now();
  const passed = await Promise.resolve(run()).catch((error: unknown) => {
    console.error(error);
    return false;
  });
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  results.push({ step: name, result: passed ? "passed" : "FAILED", seconds });
}

console.log("\nthe ten slowest files");
console.table(slowestFiles(10));
console.table(results);
const failed = results.filter(({ result }) => result !== "passed").length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function importsHold(): boolean {
  const violations = checkImports(root);
  for (const { file, message } of violations) console.error(`${file}: ${message}`);
  if (violations.length === 0) console.log("every import keeps the rules of ARCHITECTURE.md");
  return violations.length === 0;
}

async function trainerTests(): Promise<boolean> {
  return command(await ensurePython(), "-m", "pytest", "-q", "trainer/tests");
}

function node(script: string): boolean {
  return command(process.execPath, script);
}

function command(program: string, ...args: string[]): boolean {
  return (
    spawnSync(program, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" }).status ===
    0
  );
}
