import { execFile } from "node:child_process";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { promisify } from "node:util";
import type { MachineLoad } from "@trainchain/protocol";

const run = promisify(execFile);

export interface LoadSample {
  load: MachineLoad;
  /** Memory and processor use of the programs that this process started; null where the system does not tell. */
  ours: { memoryBytes: number; cpu: number } | null;
}

/** Measures how busy the machine is since the sample before; `cpu` figures are shares of all cores, 0 to 1. */
export function createLoadMeter() {
  let before = processorTimes();
  let oursBefore = 0;
  let at = performance.now();
  let gpuIsThere = true;

  return async function sample(): Promise<LoadSample> {
    const [ours, gpu] = await Promise.all([ownPrograms(), gpuIsThere ? gpuLoad() : null]);
    gpuIsThere = gpu !== null;
    const now = processorTimes();
    const elapsedSeconds = (performance.now() - at) / 1000;
    const busy = 1 - (now.idle - before.idle) / Math.max(1, now.total - before.total);
    const spent = ours ? Math.max(0, ours.seconds - oursBefore) : 0;
    before = now;
    at = performance.now();
    oursBefore = ours?.seconds ?? 0;
    return {
      load: {
        cpu: clamp(busy),
        memoryUsedBytes: totalmem() - freemem(),
        memoryTotalBytes: totalmem(),
        gpu,
      },
      ours: ours && {
        memoryBytes: ours.memoryBytes,
        cpu: clamp(spent / elapsedSeconds / availableParallelism()),
      },
    };
  };
}

/** Windows has no `ps`. */
export const canSeeOwnPrograms = process.platform !== "win32";

/** The groups of processes that our direct children lead: trainers and what they start. */
async function ownPrograms(): Promise<{ memoryBytes: number; seconds: number } | null> {
  if (!canSeeOwnPrograms) return null;
  try {
    const { stdout } = await run("ps", ["-A", "-o", "ppid=,pid=,pgid=,rss=,time="], {
      maxBuffer: 8 * 2 ** 20,
    });
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
    const groups = new Set(rows.filter(([parent]) => Number(parent) === process.pid).map(([, pid]) => pid));
    const own = rows.filter(([, , group]) => groups.has(group));
    const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);
    return {
      memoryBytes: sum(own.map(([, , , kib]) => Number(kib) * 1024)),
      seconds: sum(own.map(([, , , , time]) => secondsOf(time ?? ""))),
    };
  } catch {
    return null;
  }
}

/** "[[days-]hours:]minutes:seconds" as `ps` prints processor time. */
export function secondsOf(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  return (
    (clock ?? "").split(":").reduce((total, part) => total * 60 + Number(part), 0) + Number(days) * 86_400
  );
}

async function gpuLoad(): Promise<MachineLoad["gpu"]> {
  const query = "name,utilization.gpu,memory.used,memory.total";
  try {
    const { stdout } = await run("nvidia-smi", [`--query-gpu=${query}`, "--format=csv,noheader,nounits"], {
      timeout: 5_000,
    });
    const [name = "", usage, used, total] = (stdout.split("\n")[0] ?? "")
      .split(",")
      .map((part) => part.trim());
    return { name, usage: Number(usage) / 100, memoryUsedMb: Number(used), memoryTotalMb: Number(total) };
  } catch {
    return null;
  }
}

function processorTimes(): { idle: number; total: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  const total = times.reduce(
    (sum, { user, nice, sys, idle: rest, irq }) => sum + user + nice + sys + rest + irq,
    0,
  );
  return { idle, total };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
