import { rm } from "node:fs/promises";
import { jobKinds } from "@trainchain/protocol";
import { hasEnded, type JobRecord, mayStartOver } from "./job-record.ts";
import { adapterPath, sealedAdapterPath } from "./steps/seal-adapter.ts";

/** For how long a job's end leaves its owner what was trained here. */
const keptMs = 7 * 24 * 60 * 60 * 1_000;

/** Removes the sealed deliveries of those jobs that have ended, and what was trained for them a week later. */
export async function clearDeliveries(
  jobs: JobRecord[],
  jobDir: (jobId: string) => string,
  now = new Date(),
): Promise<void> {
  for (const { jobId, updatedAt } of jobs.filter((job) => hasEnded(job) && !mayStartOver(job))) {
    const dir = jobDir(jobId);
    const isOld = now.getTime() - Date.parse(updatedAt) > keptMs;
    const trained = isOld ? jobKinds.map((kind) => adapterPath(dir, kind)) : [];
    for (const path of [sealedAdapterPath(dir), ...trained]) await rm(path, { force: true });
  }
}
