import { join } from "node:path";
import type { ApiClient } from "@trainchain/api-client";
import {
  type JobView,
  type Preflight,
  type PreflightReport,
  preflightSchema,
  TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { type Benchmark, findBenchmark, keepBenchmark } from "./benchmark.ts";
import { estimateSeconds } from "./estimate-seconds.ts";
import { modelPath } from "./model-path.ts";
import type { TrainerSetup } from "./trainer-setup.ts";
import { whyTooLong } from "./working-hours.ts";

/** Enough to prove that a step runs; the speed then comes from the long measurement. */
const shortBenchmarkSeconds = 2;

export interface Examination {
  api: ApiClient;
  trainer: TrainerSetup;
  /** Where the job would keep its files: free disk space is looked at there. */
  jobDir: string;
  /** Where the machine's measured speed is kept. */
  dataDir: string;
  /** Length of a measurement; a figure of the last day is used instead unless `measureAgain`. */
  benchmarkSeconds: number;
  measureAgain?: boolean;
  log: (line: string) => void;
  signal: AbortSignal;
}

/** How long `examineMachine` will measure: short where today's figure can be used. */
export async function plannedBenchmarkSeconds(given: Examination, job: JobView): Promise<number> {
  const { dataDir, trainer, measureAgain, benchmarkSeconds } = forDeviceOf(job, given);
  const known = measureAgain ? undefined : await findBenchmark(dataDir, trainer);
  return known ? Math.min(shortBenchmarkSeconds, benchmarkSeconds) : benchmarkSeconds;
}

/** Whether this machine can do the job in time. Nothing is signed or promised by asking. */
export async function examineMachine(given: Examination, job: JobView): Promise<PreflightReport> {
  const examination = forDeviceOf(job, given);
  const { dataDir, trainer, measureAgain, benchmarkSeconds } = examination;
  const known = measureAgain ? undefined : await findBenchmark(dataDir, trainer);
  const seconds = known ? Math.min(shortBenchmarkSeconds, benchmarkSeconds) : benchmarkSeconds;
  const { event: _, ...machine } = await checkMachine(examination, job, seconds);
  const speed = await speedOf(examination, machine, known);
  const listModels = async () => (await examination.api.getConfig()).models;
  const estimatedSeconds = await estimateSeconds(listModels, job.spec, speed);
  const allowedSeconds = job.terms.trainingPeriodSeconds;

  const reasons = machine.checks.filter(({ ok }) => !ok).map(({ message }) => message);
  if (!machine.ok && reasons.length === 0) reasons.push("The check did not pass.");
  reasons.push(...(await missingModel(examination, job)));
  if (machine.ok && estimatedSeconds !== null) {
    const tooLong = whyTooLong({ estimatedSeconds, allowedSeconds }, trainer.hours ?? null, new Date());
    if (tooLong) reasons.push(tooLong);
  }
  const checkedAt = new Date().toISOString();
  return { ok: reasons.length === 0, reasons, machine, estimatedSeconds, allowedSeconds, checkedAt };
}

/** The examination of the device that the job's training will use. */
function forDeviceOf({ spec }: JobView, examination: Examination): Examination {
  const { trainer } = examination;
  return { ...examination, trainer: { ...trainer, device: spec?.device ?? trainer.device } };
}

/** What is to be done about a base model that no hub has, where it is not on this machine and cannot be fetched. */
async function missingModel({ trainer, log, signal }: Examination, job: JobView): Promise<string[]> {
  if (!job.spec) return [];
  return modelPath(trainer, job.spec.model, { log, signal }).then(
    () => [],
    (error: unknown) => {
      const { message, fix } = toTrainChainError(error);
      return [[message, fix].filter(Boolean).join(". ")];
    },
  );
}

async function speedOf(
  { dataDir, trainer }: Examination,
  machine: Omit<Preflight, "event">,
  known: Benchmark | undefined,
): Promise<number> {
  if (known) return known.tokensPerSecond;
  const { tokensPerSecond, device, deviceName, vramGb } = machine;
  if (tokensPerSecond > 0)
    await keepBenchmark(dataDir, trainer, { tokensPerSecond, device, deviceName, vramGb });
  return tokensPerSecond;
}

/** A check that crashes counts as a check that found nothing: never as a pass. */
async function checkMachine(
  { trainer, jobDir, log, signal }: Examination,
  job: JobView,
  benchmarkSeconds: number,
): Promise<Preflight> {
  const args = ["--needs", JSON.stringify(job.needs), "--work-dir", jobDir, "--device", trainer.device];
  try {
    const [found] = await runPython({
      dir: trainer.envDir,
      script: join(trainer.scriptDir, "preflight.py"),
      args: [...args, "--benchmark-seconds", String(benchmarkSeconds)],
      schema: preflightSchema,
      onLog: log,
      signal,
    });
    if (found) return found;
    throw new TrainChainError("environment-broken", "the check printed no result");
  } catch (error) {
    signal.throwIfAborted();
    return crashedCheck(error instanceof Error ? error.message : String(error));
  }
}

function crashedCheck(message: string): Preflight {
  const figures = { vramGb: 0, ramGb: 0, diskGb: 0, cores: 0, tokensPerSecond: 0 };
  const check = { need: "check", have: null, required: 1, ok: false };
  return {
    event: "preflight",
    ok: false,
    device: "unknown",
    deviceName: "unknown",
    ...figures,
    checks: [{ ...check, message: `The machine could not be checked: ${message}` }],
  };
}
