import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modulesOfLlamaLike } from "@trainchain/lora";
import { checkAdapters, writeInitialAdapter } from "@trainchain/lora/node";
import { type CheckResult, defaultThresholds } from "@trainchain/protocol";
import { checkHeldOut } from "../../apps/worker/src/merging/check-held-out.ts";
import { pythonEnvDir } from "../../scripts/ensure-python.ts";

/** What toy_jobs.py delivered. The loss of what cannot be loaded is null. */
interface ToyJobs {
  rank: number;
  alpha: number;
  jobs: { seed: number; baseLoss: number; adapters: ToyAdapter[] }[];
}

interface ToyAdapter {
  name: string;
  file: string;
  loss: number | null;
}

/** One adapter before the checks 2 to 6 of its job. */
export interface Judged {
  /** What it is: "honest", or the kind of cheat. */
  work: string;
  checks: CheckResult[];
  /** Whether any honest adapter of the same job was refused beside it. */
  harmsHonest: boolean;
}

/**
 * Trains the toy jobs' adapters and judges them: the honest ones of every job among themselves, and each cheat as
 * the last to deliver beside its job's honest ones.
 */
export async function judgeToyJobs(): Promise<Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), "toy-jobs-"));
  try {
    execFileSync(findPython(), [pathOf("./toy_jobs.py"), folder, pathOf(sample)], { stdio: "pipe" });
    return await judgeFolder(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function judgeFolder(folder: string): Promise<Judged[]> {
  const { rank, alpha, jobs } = readJson<ToyJobs>(join(folder, "jobs.json"));
  const modules = modulesOfLlamaLike(readJson(join(folder, "config.json")));
  const judged: Judged[] = [];
  for (const { seed, baseLoss, adapters } of jobs) {
    const initial = join(folder, `initial-${seed}.safetensors`);
    await writeInitialAdapter(initial, { seed, modules, rank });
    const judge = async (delivered: ToyAdapter[]): Promise<CheckResult[][]> => {
      const inputs = delivered.map(({ name, file }) => ({ name, file, alpha }));
      const verdicts = await checkAdapters({
        adapters: inputs,
        modules,
        rank,
        initial,
        thresholds: defaultThresholds,
        threads: 1,
      });
      const losses = delivered.map(({ loss }) => loss ?? undefined);
      const heldOut = checkHeldOut(baseLoss, losses, defaultThresholds.heldOutShare);
      // What cannot be loaded has no loss, and the worker never gets to measure one.
      return verdicts.map(({ checks }, i) => [
        ...checks,
        ...(delivered[i]!.loss === null ? [] : [heldOut[i]!]),
      ]);
    };

    const honest = adapters.filter(isHonest);
    for (const checks of await judge(honest)) judged.push({ work: "honest", checks, harmsHonest: false });
    for (const cheat of adapters.filter((adapter) => !isHonest(adapter))) {
      const all = await judge([...honest, cheat]);
      const harmsHonest = all.slice(0, -1).some(isRefused);
      judged.push({ work: cheat.name, checks: all.at(-1)!, harmsHonest });
    }
  }
  return judged;
}

export function isRefused(checks: readonly CheckResult[]): boolean {
  return checks.some(({ verdict }) => verdict === "failed");
}

function isHonest({ name }: ToyAdapter): boolean {
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
