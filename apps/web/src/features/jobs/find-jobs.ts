import type { JobView } from "@trainchain/protocol";
import { titleOf } from "../../parts/job-title.ts";

/** The jobs in whose number, model or description every word of the search occurs. */
export function findJobs(jobs: readonly JobView[], search: string): JobView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return jobs.filter((job) => {
    const text = `${job.jobId} ${titleOf(job)} ${job.spec?.description ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
