import type { JobSpec } from "@trainchain/protocol";
import { and, eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { finishesEarly } from "../early-finishes.ts";
import { drafts, jobs, llmFinetuneJobs } from "../schema/index.ts";

export type JobRow = typeof jobs.$inferSelect;

/** A job on chain with the spec that this platform prepared for it, if it did. */
export interface JobRecord extends JobRow {
  spec: JobSpec | null;
  /** Whether its requester takes the minimum rather than wait for others to join. */
  finishesEarly: boolean;
  /** The round after this one: whether it can still take place, its draft while it can be paid for, its job once it was. */
  next?: { mayCome: boolean; draftId: string | null; jobId: bigint | null };
}

/** The prepared draft of the round after a job's. Alone in its series a job has no first draft, and so no next. */
const nextDraftId = sql<string | null>`(
  select next.id from drafts as next
  join preparations on preparations.draft_id = next.id and preparations.status = 'ready'
  where next.first_draft_id = ${drafts.firstDraftId} and next.round = ${drafts.round} + 1 and next.deleted_at is null
)`;

/**
 * True where a round can follow: it goes on from its predecessor's merge, and its draft lives from the request on,
 * until the requester deletes it. With limits, because an "exists" may be answered by reading the table whole.
 */
const nextMayCome = sql<true | null>`(
  select true from drafts as next
  where next.first_draft_id = ${drafts.firstDraftId} and next.round = ${drafts.round} + 1 and next.deleted_at is null
    and (${jobs.status} = 'open' or ${jobs.status} in ('completed', 'settled') and (
      select true from aggregations where escrow = ${jobs.escrow} and job_id = ${jobs.jobId} limit 1))
  limit 1
)`;

const nextJobId = sql<string | null>`(
  select min(following.job_id) from drafts as next
  join llm_finetune_jobs as prepared on prepared.draft_id = next.id
  join jobs as following on following.spec_cid = prepared.spec_cid
  where next.first_draft_id = ${drafts.firstDraftId} and next.round = ${drafts.round} + 1
    and following.requester = ${jobs.requester} and following.escrow = ${jobs.escrow}
)`;

/** What a job was merged into that was settled before its aggregator completed it: the escrow knows of none. */
const settledResultCid = sql<string | null>`(
  select result_cid from aggregations
  where ${jobs.status} = 'settled' and escrow = ${jobs.escrow} and job_id = ${jobs.jobId} limit 1
)`;

/**
 * The base of every query that reads jobs. A spec belongs to a job only if the job's requester is the one it was
 * prepared for: specs are public, so anybody can put another's CID on chain.
 */
export function selectJobs(db: Executor) {
  return db
    .select({
      job: jobs,
      spec: llmFinetuneJobs.spec,
      draftId: drafts.id,
      finishesEarly: finishesEarly.as("finishes_early"),
      settledResultCid: settledResultCid.as("settled_result_cid"),
      nextMayCome: nextMayCome.as("next_may_come"),
      nextDraftId: nextDraftId.as("next_draft_id"),
      nextJobId: nextJobId.as("next_job_id"),
    })
    .from(jobs)
    .leftJoin(llmFinetuneJobs, eq(llmFinetuneJobs.specCid, jobs.specCid))
    .leftJoin(drafts, and(eq(drafts.id, llmFinetuneJobs.draftId), eq(drafts.requester, jobs.requester)))
    .$dynamic();
}

type SelectedRow = Awaited<ReturnType<typeof selectJobs>>[number];

export function toJobRecord(row: SelectedRow): JobRecord {
  const { job, spec, draftId, finishesEarly, settledResultCid, ...next } = row;
  return {
    ...job,
    resultCid: job.resultCid ?? settledResultCid,
    spec: draftId === null ? null : spec,
    finishesEarly: finishesEarly === true,
    next: {
      mayCome: next.nextMayCome === true,
      draftId: next.nextDraftId,
      jobId: next.nextJobId === null ? null : BigInt(next.nextJobId),
    },
  };
}
