import type { JobKind, JobStatus } from "@trainchain/protocol";
import { and, desc, eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { jobs } from "../schema/index.ts";
import { type JobRecord, selectJobs, toJobRecord } from "./select-jobs.ts";

/** The platform's own jobs, or with `foreign` those of others, newest first, after the given one. */
export async function listJobs(
  db: Executor,
  filter: {
    status?: JobStatus | undefined;
    kind?: JobKind | undefined;
    foreign?: boolean | undefined;
    after: (JobKey & { createdAt: Date }) | undefined;
    limit: number;
  },
): Promise<JobRecord[]> {
  const { status, kind, foreign = false, after, limit } = filter;
  const rows = await selectJobs(db)
    .where(
      and(
        eq(jobs.own, !foreign),
        status ? eq(jobs.status, status) : undefined,
        kind ? eq(jobs.kind, kind) : undefined,
        after &&
          sql`(${jobs.createdAt}, ${jobs.jobId}, ${jobs.escrow}) < (${after.createdAt.toISOString()}, ${after.jobId.toString()}, ${after.escrow})`,
      ),
    )
    .orderBy(desc(jobs.createdAt), desc(jobs.jobId), desc(jobs.escrow))
    .limit(limit);
  return rows.map(toJobRecord);
}
