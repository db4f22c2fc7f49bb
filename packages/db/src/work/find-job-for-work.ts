import type { AdapterJobSpec, ImageJobSpec, JobSpec } from "@trainchain/protocol";
import { and, asc, eq, getTableColumns, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { finishesEarly } from "../early-finishes.ts";
import type { JobKey } from "../job-key.ts";
import {
  chainEvents,
  contributorSubmissions,
  drafts,
  jobs,
  llmFinetuneJobs,
  slots,
} from "../schema/index.ts";

type Prepared = typeof llmFinetuneJobs.$inferSelect;

export interface JobForWork<Spec extends JobSpec = JobSpec> {
  job: typeof jobs.$inferSelect & { finishesEarly: boolean };
  slots: (typeof slots.$inferSelect)[];
  /** In the order of their events on the chain, which seconds do not tell. */
  submissions: (typeof contributorSubmissions.$inferSelect)[];
  prepared: Omit<Prepared, "spec"> & { spec: Spec };
}

/** Of a kind whose contributors deliver adapters, which are merged. */
export type AdapterJobForWork = JobForWork<AdapterJobSpec>;
export type ImageJobForWork = JobForWork<ImageJobSpec>;

/**
 * A job that was prepared here and that its own requester has listed on the terms it was prepared for, with its slots and
 * deliveries. Undefined for any other: a spec is public, so a stranger's job may name it, and its data is not that stranger's.
 */
export async function findJobForWork(
  db: Executor,
  { escrow, jobId }: JobKey,
): Promise<JobForWork | undefined> {
  const [found] = await db
    .select({ job: jobs, prepared: llmFinetuneJobs, finishesEarly: finishesEarly.as("finishes_early") })
    .from(jobs)
    .innerJoin(llmFinetuneJobs, eq(llmFinetuneJobs.specCid, jobs.specCid))
    .innerJoin(drafts, and(eq(drafts.id, llmFinetuneJobs.draftId), eq(drafts.requester, jobs.requester)))
    .where(and(eq(jobs.escrow, escrow), eq(jobs.jobId, jobId), jobs.own));
  if (!found) return undefined;
  const [slotRows, submissionRows] = await Promise.all([
    db
      .select()
      .from(slots)
      .where(and(eq(slots.escrow, escrow), eq(slots.jobId, jobId))),
    listSubmissions(db, { escrow, jobId }),
  ]);
  const job = { ...found.job, finishesEarly: found.finishesEarly === true };
  return { job, prepared: found.prepared, slots: slotRows, submissions: submissionRows };
}

function listSubmissions(db: Executor, { escrow, jobId }: JobKey) {
  const delivery = and(
    eq(chainEvents.escrow, contributorSubmissions.escrow),
    eq(chainEvents.jobId, contributorSubmissions.jobId),
    eq(chainEvents.name, "AdapterSubmitted"),
    // A wallet delivers once for a job.
    sql`${chainEvents.args}->>'contributor' = ${contributorSubmissions.contributor}`,
  );
  return db
    .select(getTableColumns(contributorSubmissions))
    .from(contributorSubmissions)
    .leftJoin(chainEvents, delivery)
    .where(and(eq(contributorSubmissions.escrow, escrow), eq(contributorSubmissions.jobId, jobId)))
    .orderBy(asc(chainEvents.blockNumber), asc(chainEvents.logIndex));
}
