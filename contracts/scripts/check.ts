/**
 * `node contracts/scripts/check.ts [--quick]`: everything that must hold of the contract. `--quick` leaves out
 * coverage, proofs (halmos) and static analysis (slither). MILLION=1 plays a million random moves, not 100,000.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { foundryBinary } from "@trainchain/chain/testing";
import { movesWanted } from "./env.ts";
import { contractsDir, forgeEnvironment } from "./forge.ts";
import { installPythonTools, pythonToolsDir } from "./python-tools.ts";

interface Step {
  name: string;
  /** What was found, in a few words. Throws where something does not hold. */
  run(): Promise<string> | string;
}

/** The versions of the escrow: each is held to all of it. */
const versions = [{ proofs: "EscrowProofs" }, { proofs: "EscrowProofsV2" }];

const thousands = (count: number) => count.toLocaleString("en");

const quickSteps: Step[] = [
  {
    name: "format",
    run() {
      forge(["fmt", "--check"]);
      return "as forge fmt has it";
    },
  },
  {
    name: "build",
    run() {
      forge(["build"]);
      return "compiled";
    },
  },
  {
    name: "tests and fuzzing",
    run() {
      const report = forge(["test", "--no-match-contract", "EscrowInvariants"]);
      return `${found(report, /: (\d+) tests passed, 0 failed, 0 skipped/)} tests`;
    },
  },
  { name: "invariants", run: playRandomHistories },
];

const slowSteps: Step[] = [
  { name: "coverage", run: measureCoverage },
  {
    name: "tools",
    async run() {
      await installPythonTools();
      return "halmos and slither";
    },
  },
  { name: "proofs", run: prove },
  { name: "static analysis", run: analyse },
];

/** Random moves of many wallets in many jobs. A move that reverts fails the campaign, and so do idle ones. */
function playRandomHistories(): string {
  const movesPerHistory = 1_024;
  const report = forge(["test", "--match-contract", "EscrowInvariants"], {
    FOUNDRY_INVARIANT_DEPTH: String(movesPerHistory),
    FOUNDRY_INVARIANT_RUNS: String(Math.ceil(movesWanted / movesPerHistory)),
  });
  const calls = foundOfEach(report, /calls: (\d+), reverts: 0\)/g).map(([, count]) => Number(count));
  if (Math.min(...calls) < movesWanted) throw new Error(`too few moves were played:\n${report}`);
  return `${calls.map(thousands).join(" and ")} moves, none reverted`;
}

/** Lines, branches and functions of the contracts, by the functions' own tests: random histories do not count. */
function measureCoverage(): string {
  const report = forge(
    ["coverage", "--no-match-coverage", "(test|legacy)", "--no-match-contract", "EscrowInvariants"],
    { FOUNDRY_FUZZ_RUNS: "64", ...folders("coverage") },
  );
  return foundOfEach(report, /.*(AIModelTraining(?:V2)?)\.sol.*/g)
    .map(([row, name]) => {
      const [lines, , branches, functions] = [...row.matchAll(/(\d+\.\d+)% \((\d+)\//g)];
      for (const share of [lines, branches, functions]) {
        if (share?.[1] !== "100.00") throw new Error(`coverage of ${name} is not 100 %:\n${report}`);
      }
      return `100 % of ${name}'s ${lines?.[2]} lines, ${branches?.[2]} branches, ${functions?.[2]} functions`;
    })
    .join("; ");
}

/** Each proof holds for every input. An unproved assertion, a timeout and an incomplete loop all fail. */
function prove(): string {
  const proved = versions.map(({ proofs }) => {
    const report = run(
      join(pythonToolsDir, "halmos"),
      ["--contract", proofs, "--forge-build-out", "cache/proofs/out"],
      {
        FOUNDRY_TEST: "test/proofs",
        ...folders("proofs"),
      },
    );
    const passed = Number(found(report, /(\d+) passed; 0 failed/));
    const whole = report.match(/bounds: \[\]/g)?.length;
    if (whole !== passed) throw new Error(`a proof stopped at a loop's bound:\n${report}`);
    return passed;
  });
  return `${proved.join(" and ")} proofs, no loop cut off`;
}

function analyse(): string {
  const report = run(join(pythonToolsDir, "slither"), ["."], folders("slither"));
  return `${found(report, /with (\d+) detectors\), 0 result/)} detectors, nothing found`;
}

/** Tools that build for themselves, or clean first, get folders of their own. */
function folders(name: string): Record<string, string> {
  return { FOUNDRY_OUT: `cache/${name}/out`, FOUNDRY_CACHE_PATH: `cache/${name}/cache` };
}

function forge(args: string[], env: Record<string, string> = {}): string {
  return run(foundryBinary("forge"), args, env);
}

/** All that a command printed. Throws with it when the command fails. */
function run(program: string, args: string[], env: Record<string, string>): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: contractsDir,
    env: forgeEnvironment({ NO_COLOR: "1", ...env }),
    maxBuffer: 256 * 1024 * 1024,
    encoding: "utf8",
  });
  if (error) throw error;
  const output = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${output}`);
  return output;
}

/** What a report says. A report that says nothing of the kind is a failure: nothing was checked. */
function found(report: string, pattern: RegExp): string {
  const match = pattern.exec(report)?.[1];
  if (match === undefined) throw new Error(`expected ${pattern} in:\n${report}`);
  return match;
}

/** What a report says of each version. One that it says nothing of is a failure as well. */
function foundOfEach(report: string, pattern: RegExp): RegExpMatchArray[] {
  const matches = [...report.matchAll(pattern)];
  if (matches.length !== versions.length) {
    throw new Error(`expected ${pattern} ${versions.length} times in:\n${report}`);
  }
  return matches;
}

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const steps = values.quick ? quickSteps : [...quickSteps, ...slowSteps];
for (const [index, step] of steps.entries()) {
  const started = performance.now();
  process.stdout.write(`contracts ${index + 1}/${steps.length} ${step.name} … `);
  try {
    const result = await step.run();
    console.log(`${result} (${((performance.now() - started) / 1_000).toFixed(1)} s)`);
  } catch (error) {
    console.log("failed");
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
