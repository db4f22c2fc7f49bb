import type { Executor } from "@trainchain/db";
import {
  findJob,
  type JobKey,
  type JobRecord,
  listSlotsOfJobs,
  type SlotRecord,
} from "@trainchain/db/market";

/** A job with its slots: what every view of it is made from. */
export interface JobWithSlots {
  job: JobRecord;
  slots: SlotRecord[];
}

export async function findJobWithSlots(db: Executor, key: JobKey): Promise<JobWithSlots | undefined> {
  const [job, slots] = await Promise.all([findJob(db, key), listSlotsOfJobs(db, [key])]);
  return job && { job, slots };
}

/** Adds their slots to jobs, in the jobs' order. */
export async function withSlots(db: Executor, jobs: readonly JobRecord[]): Promise<JobWithSlots[]> {
  const slots = await listSlotsOfJobs(db, jobs);
  return jobs.map((job) => ({
    job,
    slots: slots.filter((slot) => slot.jobId === job.jobId && slot.escrow === job.escrow),
  }));
}
