import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { checkImports } from "./check-imports.ts";
import { ensurePython } from "./ensure-python.ts";
import { ensureWeb } from "./ensure-web.ts";
import { lastRun } from "./testing/folders.ts";
import { slowestFiles } from "./testing/slowest-files.ts";

interface Step {
  name: string;
  run(output: Output): Promise<boolean> | boolean;
}

/** Of the programs that a step runs: as it comes, or all of it when the program ends. */
type Output = "inherit" | "pipe";

/**
 * `npm test`: every check of the project, in the order in which a mistake is cheapest to see. Those of one line run
 * side by side: each by itself leaves half of a small machine idle.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const only = process.argv.slice(2);

const lines: Step[][] = [
  [{ name: "format and lint", run: (output) => npx(output, "biome", "ci", ".") }],
  [
    { name: "types", run: (output) => npx(output, "tsc", "-p", ".") },
    { name: "types of the site", run: (output) => npx(output, "tsc", "-p", "apps/web") },
  ],
  [{ name: "site", run: async () => Boolean(await ensureWeb(console.log)) }],
  [
    { name: "imports", run: importsHold },
    { name: "unused", run: (output) => npx(output, "knip", "--no-progress", "--no-config-hints") },
  ],
  [{ name: "python", run: async () => Boolean(await ensurePython()) }],
  [
    { name: "contracts", run: (output) => command(output, process.execPath, "contracts/scripts/check.ts") },
    { name: "trainer", run: trainerTests },
  ],
  [{ name: "libraries and apps", run: (output) => npx(output, "vitest", "run") }],
  [
    {
      name: "whole jobs",
      run: (output) => npx(output, "vitest", "run", "--config", "e2e/vitest.config.ts"),
    },
  ],
];

rmSync(lastRun, { recursive: true, force: true });
const results: { step: string; result: string; seconds: number }[] = [];
for (const line of lines) {
  const wanted = line.filter(({ name }) => only.length === 0 || only.some((start) => name.startsWith(start)));
  await Promise.all(wanted.map((step) => take(step, wanted.length > 1 ? "pipe" : "inherit")));
}

console.log("\nthe ten slowest files");
console.table(slowestFiles(10));
console.table(results);
const failed = results.filter(({ result }) => result !== "passed").length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function take({ name, run }: Step, output: Output): Promise<void> {
  console.log(`\n━━ ${name}`);
  const start = performance.now();
  const passed = await Promise.resolve(run(output)).catch((error: unknown) => {
    console.error(error);
    return false;
  });
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  results.push({ step: name, result: passed ? "passed" : "FAILED", seconds });
}

async function importsHold(): Promise<boolean> {
  const violations = await checkImports(root);
  for (const { file, message } of violations) console.error(`${file}: ${message}`);
  if (violations.length === 0) console.log("every import keeps the rules of ARCHITECTURE.md");
  return violations.length === 0;
}

async function trainerTests(output: Output): Promise<boolean> {
  return command(output, await ensurePython(), "-m", "pytest", "-q", "trainer/tests");
}

function npx(output: Output, ...args: string[]): Promise<boolean> {
  return command(output, "npx", ...args);
}

/** Whether it ended well. */
function command(output: Output, program: string, ...args: string[]): Promise<boolean> {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["inherit", output, output],
    shell: process.platform === "win32",
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      said.push(chunk);
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}
