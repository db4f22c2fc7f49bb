import type { JobWorld } from "../job-moves/job-world.ts";

/**
 * Where in a job's life a fault strikes: right after the thing named has happened. The numbers are those of the trace
 * in ARCHITECTURE.md; of its 14 steps, 1 and 6 touch no process of the platform.
 */
export const steps = [
  "2: the dataset is uploaded",
  "3: the draft is queued",
  "4: the job is on chain",
  "5: the job is listed",
  "7: the slot is taken",
  "8: the shard is revealed",
  "9: progress is reported",
  "10: the adapter is uploaded",
  "10: the submission is queued",
  "11: the delivery is on chain",
  "12: the adapter is judged",
  "13: the completion is to be sent",
  "14: the reward is paid",
] as const;
export type Step = (typeof steps)[number];

export interface Fault {
  name: string;
  at: Step;
  /** How the job must end. */
  end: "completed" | "expired";
  /** Empty blocks to mine once the slot is taken. */
  blocksBefore?: number;
  strike: (world: JobWorld, job: JobUnderWay) => Promise<void>;
}

/** What a fault may know of the job that it strikes. */
export interface JobUnderWay {
  jobId: bigint | undefined;
  /** The contributor's signed delivery, once there is one: a message that may come again. */
  submission: { jobId: bigint; contributor: string; adapterCid: string; signature: string } | undefined;
}
