import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { checkImports } from "./check-imports.ts";
import { ensurePython } from "./ensure-python.ts";
import { ensureWeb } from "./ensure-web.ts";
import { failuresFile, lastRun } from "./testing/folders.ts";
import { slowestFiles } from "./testing/slowest-files.ts";

interface Step {
  name: string;
  run(): Promise<boolean> | boolean;
}

/** Of a program that failed: its last lines, said again at the end of the whole. */
const longestTail = 4_000;

/**
 * `npm test`: every check of the project, in the order in which a mistake is cheapest to see. Those of one line run
 * side by side: each by itself leaves half of a small machine idle.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const only = process.argv.slice(2);

const lines: Step[][] = [
  [{ name: "format and lint", run: () => npx("biome", "ci", ".") }],
  [
    { name: "types", run: () => npx("tsc", "-p", ".") },
    { name: "types of the site", run: () => npx("tsc", "-p", "apps/web") },
  ],
  [{ name: "site", run: async () => Boolean(await ensureWeb(console.log)) }],
  [
    { name: "imports", run: importsHold },
    { name: "unused", run: () => npx("knip", "--no-progress", "--no-config-hints") },
  ],
  [{ name: "python", run: async () => Boolean(await ensurePython()) }],
  [
    { name: "contracts", run: () => command(process.execPath, "contracts/scripts/check.ts") },
    { name: "trainer", run: trainerTests },
  ],
  [{ name: "libraries and apps", run: () => vitest("run") }],
  [{ name: "whole jobs", run: () => vitest("run", "--config", "e2e/vitest.config.ts") }],
];

rmSync(lastRun, { recursive: true, force: true });
const tails: string[] = [];
const results: { step: string; result: string; seconds: number }[] = [];
for (const line of lines) {
  const wanted = line.filter(({ name }) => only.length === 0 || only.some((start) => name.startsWith(start)));
  await Promise.all(wanted.map(take));
}

for (const tail of tails) console.log(`\n${tail}`);
if (existsSync(failuresFile)) console.log(`\nwhat failed\n\n${readFileSync(failuresFile, "utf8")}`);
console.log("\nthe ten slowest files");
console.table(slowestFiles(10));
console.table(results);
const failed = results.filter(({ result }) => result !== "passed").length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function take({ name, run }: Step): Promise<void> {
  console.log(`\n━━ ${name}`);
  const start = performance.now();
  const passed = await Promise.resolve(run()).catch((error: unknown) => {
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

async function trainerTests(): Promise<boolean> {
  return command(await ensurePython(), "-m", "pytest", "-q", "trainer/tests");
}

function npx(...args: string[]): Promise<boolean> {
  return command("npx", ...args);
}

/** Its output as it comes: it takes long, and its reporter keeps what failed. */
async function vitest(...args: string[]): Promise<boolean> {
  return (await end(start("npx", ["vitest", ...args], "inherit"))) === 0;
}

/** Whether it ended well. Its output comes when it ends, so that programs side by side do not mix their lines. */
async function command(program: string, ...args: string[]): Promise<boolean> {
  const child = start(program, args, "pipe");
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      said.push(chunk);
    });
  const code = await end(child);
  const output = Buffer.concat(said).toString();
  process.stdout.write(output);
  if (code !== 0) tails.push(`${[program, ...args].join(" ")} ended with\n${output.slice(-longestTail)}`);
  return code === 0;
}

function start(program: string, args: string[], output: "inherit" | "pipe"): ChildProcess {
  return spawn(program, args, {
    cwd: root,
    stdio: ["inherit", output, output],
    shell: process.platform === "win32",
  });
}

/** Its exit code, null after a signal. */
function end(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}
