import { availableParallelism, totalmem } from "node:os";
import type { HardwareNeeds, JobView, ListModels, MachineFit } from "@trainchain/protocol";
import { freeBytesOf } from "@trainchain/protocol/node";
import { type Benchmark, lastBenchmark } from "./benchmark.ts";
import { estimateSeconds } from "./estimate-seconds.ts";

const gib = 1024 ** 3;
/** As preflight.py has it: disks and memory sold as "8 GB" show a little less to the system. */
const tolerance = 0.95;

interface SeenMachine {
  has: Omit<HardwareNeeds, "vramGb">;
  /** The last measurement of its speed, however old. */
  measured: Benchmark | undefined;
}

/** What is known of this machine without running anything; `dataDir` is where jobs keep their files. */
export async function seeMachine(dataDir: string): Promise<SeenMachine> {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return {
    has: { ramGb: memory / gib, diskGb: (await freeBytesOf(dataDir)) / gib, cores: availableParallelism() },
    measured: await lastBenchmark(dataDir),
  };
}

/**
 * Whether the machine has what a job needs, and how long its training would take here at the worst: a guess for lists,
 * since before a slot is taken the machine is examined. The training would use `device`, unless the job names one; its
 * time is not known before the speed on that was measured. Null where nothing is known of what the job needs, or of the
 * memory of a graphics card.
 */
export async function fitOf(
  { has, measured }: SeenMachine,
  { spec, needs, terms }: JobView,
  { device, listModels }: { device: string; listModels: ListModels },
): Promise<MachineFit | null> {
  if (!spec || !needs) return null;
  const used = spec.device ?? device;
  const speed = measured?.device === used ? measured : undefined;
  if (!speed && used !== "cpu") return null;
  const wanted = used === "cpu" ? needs.cpu : needs.gpu;
  const lacks = lacksOf(wanted, { ...has, vramGb: speed?.vramGb ?? 0 });
  const estimatedSeconds = speed ? await estimateSeconds(listModels, spec, speed.tokensPerSecond) : null;
  const isTooSlow = estimatedSeconds !== null && estimatedSeconds > terms.trainingPeriodSeconds;
  return { lacks: isTooSlow ? [...lacks, "the speed to end in time"] : lacks, estimatedSeconds };
}

/** What there is too little of, in words. */
function lacksOf(needs: HardwareNeeds, has: HardwareNeeds): string[] {
  const isShort = (need: "vramGb" | "ramGb" | "diskGb") => has[need] < needs[need] * tolerance;
  return [
    isShort("vramGb") && `${needs.vramGb} GiB of GPU memory`,
    isShort("ramGb") && `${needs.ramGb} GiB of memory`,
    isShort("diskGb") && `${needs.diskGb} GiB of free disk space`,
    has.cores < needs.cores && `${needs.cores} CPU cores`,
  ].filter((lack) => lack !== false);
}
