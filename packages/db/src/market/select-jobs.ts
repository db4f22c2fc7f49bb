import type { JobKind, JobSpec, JobStatus } from "@trainchain/protocol";
import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts, jobs, llmFinetuneJobs } from "../schema/index.ts";

export type JobRow = Omit<typeof jobs.$inferSelect, "kind" | "status"> & { kind: JobKind; status: JobStatus };

/** A job on chain with the spec that this platform prepared for it, if it did. */
export interface JobRecord extends JobRow {
  spec: JobSpec | null;
}

export interface JobKey {
  escrow: string;
  jobId: bigint;
}

/**
 * The base of every query that reads jobs. A spec belongs to a job only if the job's requester is the one it was
 * prepared for: specs are public, so anybody can put another's CID on chain.
 */
export function selectJobs(db: Executor) {
  return db
    .select({ job: jobs, spec: llmFinetuneJobs.spec, draftId: drafts.id })
    .from(jobs)
    .leftJoin(llmFinetuneJobs, eq(llmFinetuneJobs.specCid, jobs.specCid))
    .leftJoin(drafts, and(eq(drafts.id, llmFinetuneJobs.draftId), eq(drafts.requester, jobs.requester)))
    .$dynamic();
}

type SelectedRow = Awaited<ReturnType<typeof selectJobs>>[number];

export function toJobRecord({ job, spec, draftId }: SelectedRow): JobRecord {
  return {
    ...job,
    kind: job.kind as JobKind,
    status: job.status as JobStatus,
    spec: draftId === null ? null : spec,
  };
}
