import type { Executor } from "@trainchain/db";
import {
  findJob,
  type JobKey,
  type JobRecord,
  listSlotsOfJobs,
  type SlotRecord,
} from "@trainchain/db/market";
import { chainNow } from "./chain-clock.ts";

/** A job with its slots: what every view of it is made from. */
export interface JobWithSlots {
  job: JobRecord;
  slots: SlotRecord[];
  /** The moment that it is seen at, by the chain's clock. */
  now: Date;
}

export async function findJobWithSlots(db: Executor, key: JobKey): Promise<JobWithSlots | undefined> {
  const [job, slots, now] = await Promise.all([findJob(db, key), listSlotsOfJobs(db, [key]), chainNow(db)]);
  return job && { job, slots, now };
}

/** Adds their slots to jobs, in the jobs' order. */
export async function withSlots(db: Executor, jobs: readonly JobRecord[]): Promise<JobWithSlots[]> {
  const [slots, now] = await Promise.all([listSlotsOfJobs(db, jobs), chainNow(db)]);
  return jobs.map((job) => ({
    job,
    slots: slots.filter((slot) => slot.jobId === job.jobId && slot.escrow === job.escrow),
    now,
  }));
}
