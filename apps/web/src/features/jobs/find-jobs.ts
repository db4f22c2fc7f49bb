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

/** Slots of an open job that nobody holds; none after its time to join. */
export function freePlaces({ terms, slots }: Pick<JobView, "terms" | "slots">, now: number): number {
  if (!terms.acceptBy || Date.parse(terms.acceptBy) < now) return 0;
  const taken = slots.filter(({ status }) => status === "accepted" || status === "submitted").length;
  return Math.max(0, terms.maxContributors - taken);
}
