/**
 * `node contracts/scripts/check.ts [--quick]`: everything that must hold of the contract. `--quick` leaves out
 * coverage, proofs (halmos) and static analysis (slither). MILLION=1 plays a million moves instead of 100,000.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { foundryBinary } from "@trainchain/chain/testing";
import { contractsDir, forgeEnvironment } from "./forge.ts";

const pythonDir = join(contractsDir, "../.toolchain/contracts-python");
const requirements = join(contractsDir, "requirements.txt");

interface Step {
  name: string;
  run(): void;
}

const forge =
  (...args: string[]) =>
  () =>
    command(foundryBinary("forge"), args);

const quickSteps: Step[] = [
  { name: "format (forge fmt --check)", run: forge("fmt", "--check") },
  { name: "build", run: forge("build") },
  { name: "tests, fuzzing and invariants", run: forge("test", "--summary") },
];

const slowSteps: Step[] = [
  { name: "line and branch coverage of AIModelTraining is 100 %", run: assertCoverage },
  { name: "Python tools (halmos, slither)", run: installTools },
  // halmos reads syntax trees, which a usual build leaves out; it gets an output folder of its own.
  {
    name: "proofs (halmos)",
    run: () => {
      command(foundryBinary("forge"), [
        "build",
        "--ast",
        "--force",
        "--out",
        "cache/proofs",
        "--skip",
        "nothing",
      ]);
      tool("halmos", [
        "--contract",
        "EscrowProofs",
        "--forge-build-out",
        "cache/proofs",
        "--solver-timeout-assertion",
        "0",
      ]);
    },
  },
  {
    name: "static analysis (slither)",
    run: () => tool("slither", [".", "--config-file", "slither.config.json"]),
  },
];

function command(program: string, args: string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, error } = spawnSync(program, args, {
    cwd: contractsDir,
    env: { ...forgeEnvironment(), ...(process.env.MILLION ? { FOUNDRY_PROFILE: "million" } : {}), ...env },
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 256 * 1024 * 1024,
    encoding: "utf8",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${stdout}`);
  return stdout;
}

/** Runs a Python tool out of .toolchain/, with forge on its PATH. */
function tool(name: string, args: string[]): void {
  const path = [
    join(contractsDir, "../node_modules/.bin"),
    join(pythonDir, "bin"),
    forgeEnvironment().PATH,
  ].join(delimiter);
  command("python3", [join(pythonDir, "bin", name), ...args], { PYTHONPATH: pythonDir, PATH: path });
}

function installTools(): void {
  const stamp = join(pythonDir, ".requirements");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  command("python3", [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--upgrade",
    "--target",
    pythonDir,
    "-r",
    requirements,
  ]);
  writeFileSync(stamp, wanted);
}

function assertCoverage(): void {
  // Every line counts the same whichever history reached it; a short campaign is enough here.
  const report = command(foundryBinary("forge"), ["coverage", "--no-match-coverage", "(test|legacy)"], {
    FOUNDRY_INVARIANT_RUNS: "2",
    FOUNDRY_FUZZ_RUNS: "64",
  });
  const row = report.split("\n").find((line) => line.includes("AIModelTraining.sol"));
  const percentages = [...(row?.matchAll(/(\d+\.\d+)%/g) ?? [])].map((match) => Number(match[1]));
  const [lines, , branches, functions] = percentages;
  if (lines !== 100 || branches !== 100 || functions !== 100)
    throw new Error(`coverage is incomplete:\n${report}`);
}

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const steps = values.quick ? quickSteps : [...quickSteps, ...slowSteps];
for (const [index, step] of steps.entries()) {
  const started = performance.now();
  process.stdout.write(`contracts ${index + 1}/${steps.length} ${step.name} … `);
  try {
    step.run();
    console.log(`ok, ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  } catch (error) {
    console.log("failed");
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
