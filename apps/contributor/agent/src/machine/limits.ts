import type { AppSettings, EnvironmentState, MachineLoad } from "@trainchain/protocol";
import type { LoadSample } from "./machine-load.ts";
import { isWithinHours } from "./working-hours.ts";

/** Above this share of the processors, other programs count as somebody at work. */
const busyShare = 0.3;
/** A busy moment is not a busy person: the mean over this many samples counts. */
const samplesKept = 6;

export interface Limits {
  /** Takes a new sample into account. */
  note(sample: LoadSample): void;
  /** Why training is not to run now, in words; null where it may. */
  whyHeld(settings: AppSettings, environment: EnvironmentState, now: Date): string | null;
  readonly load: MachineLoad | null;
}

/** Judges whether training may use the machine now. */
export function createLimits(): Limits {
  let load: MachineLoad | null = null;
  const others: number[] = [];
  const isBusy = () =>
    others.length > 0 && others.reduce((sum, share) => sum + share, 0) / others.length > busyShare;

  return {
    get load() {
      return load;
    },
    note(sample) {
      load = sample.load;
      if (!sample.ours) return;
      others.push(Math.max(0, sample.load.cpu - sample.ours.cpu));
      if (others.length > samplesKept) others.shift();
    },
    whyHeld({ hours, onlyWhenIdle }, environment, now) {
      if (environment.status !== "ready") return "Training waits until its environment is set up.";
      if (hours && !isWithinHours(hours, now))
        return `Training waits for the hours you allow: ${hours.from} to ${hours.to}.`;
      if (onlyWhenIdle && isBusy()) return "Training waits while other programs use the processors.";
      return null;
    },
  };
}
