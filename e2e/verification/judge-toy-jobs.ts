import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AdaptedModule, modulesOfLlamaLike } from "@trainchain/lora";
import { checkAdapters, writeInitialAdapter } from "@trainchain/lora/node";
import { type CheckResult, defaultThresholds, type LlmJobSpec, reachOf } from "@trainchain/protocol";
import { checkHeldOut, hearOwnRows } from "../../apps/worker/src/kinds/adapters/checks/held-out-loss.ts";
import { pythonEnvDir } from "../../scripts/env.ts";

/** What toy_jobs.py delivered. */
interface ToyJobs {
  rank: number;
  alpha: number;
  shardRows: number;
  training: { epochs: number; learningRate: number; rowsPerStep: number };
  jobs: ToyJob[];
}

interface ToyJob {
  seed: number;
  /** The base model's losses, with the own rows of each slot; the last is the cheats'. */
  base: RowLosses[];
  adapters: ToyAdapter[];
}

interface RowLosses {
  heldOut: number[];
  own: number[];
}

interface ToyAdapter {
  name: string;
  file: string;
  /** Null for what cannot be loaded. */
  rows: RowLosses | null;
}

/** One adapter before the checks 2 to 6 of its job. */
export interface Judged {
  /** What it is: "honest", or the kind of cheat. */
  work: string;
  /** Beside so many honest adapters, which were delivered before it. */
  beside: number;
  checks: CheckResult[];
  /** Whether any honest adapter of the same job was refused beside it. */
  harmsHonest: boolean;
}

/**
 * Trains the toy jobs' adapters and judges them: the honest ones of every job among themselves, and each cheat alone
 * and as the last to deliver beside one, two and all of its job's honest ones.
 */
export async function judgeToyJobs(): Promise<Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), "toy-jobs-"));
  try {
    execFileSync(findPython(), [pathOf("./toy_jobs.py"), folder, pathOf(sample)], { stdio: "pipe" });
    const jobs = readJson<ToyJobs>(join(folder, "jobs.json"));
    const modules = modulesOfLlamaLike(readJson(join(folder, "config.json")));
    const judged: Judged[] = [];
    for (const job of jobs.jobs) judged.push(...(await judgeJob(job, jobs, modules, folder)));
    return judged;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function judgeJob(
  { seed, base, adapters }: ToyJob,
  { rank, alpha, shardRows, training }: ToyJobs,
  modules: AdaptedModule[],
  folder: string,
): Promise<Judged[]> {
  const initial = join(folder, `initial-${seed}.safetensors`);
  await writeInitialAdapter(initial, { seed, modules, rank });
  const reach = reachOf(
    { training, dataset: { shardRows: [], fittingRows: [shardRows] } } as unknown as LlmJobSpec,
    0,
  );
  const honest = adapters.filter(isHonest);

  const judge = async (delivered: ToyAdapter[]): Promise<CheckResult[][]> => {
    const inputs = delivered.map(({ name, file }) => ({ name, file, alpha, reach }));
    const thresholds = defaultThresholds;
    const verdicts = await checkAdapters({
      adapters: inputs,
      modules,
      rank,
      initial,
      thresholds,
      threads: 1,
    });
    return verdicts.map(({ checks }, i) => {
      const { rows, name } = delivered[i]!;
      const slot = isHonest({ name }) ? i : honest.length;
      // What cannot be loaded has no loss, and the worker never gets to measure one.
      return rows ? [...checks, checkLosses(base[slot]!, rows)] : [...checks];
    });
  };

  const found: Judged[] = [];
  for (const checks of await judge(honest))
    found.push({ work: "honest", beside: honest.length - 1, checks, harmsHonest: false });
  for (const cheat of adapters.filter((adapter) => !isHonest(adapter))) {
    const all = await judge([...honest, cheat]);
    const checks = all.at(-1)!;
    const isLikeOthers = checks.some(({ check, verdict }) => check === "not-a-copy" && verdict === "failed");
    for (let beside = 0; beside < honest.length; beside++) {
      // Check 5 alone looks at others, and what is like none of three is like none of two.
      const told = isLikeOthers ? (await judge([...honest.slice(0, beside), cheat])).at(-1)! : checks;
      found.push({ work: cheat.name, beside, checks: told, harmsHonest: false });
    }
    const harmsHonest = all.slice(0, -1).some(isRefused);
    found.push({ work: cheat.name, beside: honest.length, checks, harmsHonest });
  }
  return found;
}

/** Check 6, as judgeHeldOut makes it. */
function checkLosses(base: RowLosses, rows: RowLosses): CheckResult {
  const on = (which: keyof RowLosses) => {
    const start = { rowLosses: base[which] };
    return { base: start, start, adapter: { rowLosses: rows[which] } };
  };
  const told = checkHeldOut(on("heldOut"));
  return told.verdict === "passed" ? told : hearOwnRows(told, on("heldOut"), on("own"));
}

export function isRefused(checks: readonly CheckResult[]): boolean {
  return checks.some(({ verdict }) => verdict === "failed");
}

function isHonest({ name }: { name: string }): boolean {
  return name.startsWith("honest");
}

const sample = "../../packages/dataset/samples/sample-600.jsonl";

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function findPython(): string {
  const python = ["bin/python", "Scripts/python.exe"]
    .map((path) => join(pythonEnvDir, path))
    .find(existsSync);
  if (python) return python;
  throw new Error(`no Python environment in ${pythonEnvDir}: npm test sets it up, or set TRAINCHAIN_ENV_DIR`);
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}
