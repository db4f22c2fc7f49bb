import type { UploadPurpose } from "@trainchain/protocol";
import { and, count, eq, inArray, isNotNull, isNull, lt, not, or, sql } from "drizzle-orm";
import type { Executor, Transaction } from "../connect.ts";
import { uploads } from "../schema/index.ts";
import { isStandingJob } from "../standing-jobs.ts";

/** A boundary that is here whole, of a job that is open or was at `before`. */
const isOfOpenJob = (before?: Date) => sql`exists (
  select from jobs where jobs.escrow = uploads.escrow and jobs.job_id = uploads.job_id
    and uploads.finished_at is not null
    and (jobs.status = 'open' ${before ? sql`or jobs.closed_at >= ${before.toISOString()}` : sql``})
)`;

/**
 * An upload that somebody's money stands for: its draft became a job, its owner delivered it to one, or proves with it
 * what it delivered.
 */
const isPaidFor = (before?: Date) => sql`(
  ${isOfOpenJob(before)} or
  exists (
    select from contributor_submissions as submissions join jobs using (escrow, job_id)
    where submissions.adapter_cid = uploads.cid and submissions.contributor = uploads.owner
      and ${isStandingJob(before)}
  )
  or exists (
    select from drafts
    join llm_finetune_jobs on llm_finetune_jobs.draft_id = drafts.id
    join jobs on jobs.spec_cid = llm_finetune_jobs.spec_cid and ${isStandingJob(before)}
    where drafts.upload_id = uploads.id
  )
)`;

/** Data that was refused, of which nothing is left; of what was refused of a change, the data it was made of is. */
const isRefused = sql`exists (
  select from drafts join preparations on preparations.draft_id = drafts.id
  where drafts.upload_id = uploads.id and drafts.changed_from_id is null and preparations.status = 'failed'
)`;

/** A draft of the upload that is not deleted, or whose content is still there. */
const isInDraft = sql`exists (
  select from drafts left join llm_finetune_jobs as prepared on prepared.draft_id = drafts.id
  where drafts.upload_id = uploads.id and (drafts.deleted_at is null
    or (prepared.draft_id is not null and prepared.content_removed_at is null))
)`;

/**
 * How often an upload's data is here: as it came, or sealed once for each draft that a change made of it, until that
 * one's content is removed. The rounds of a request have the same.
 */
const copies = sql`greatest(1, (
  select count(distinct prepared.holdout_cid)
  from drafts join llm_finetune_jobs as prepared on prepared.draft_id = drafts.id
  where drafts.upload_id = uploads.id and prepared.content_removed_at is null
))`;

const hasDraft = sql`exists (select from drafts where drafts.upload_id = uploads.id)`;

/** A contributor may still deliver an adapter while it holds a slot. */
const holdsSlot = (chainTime: Date) => sql`exists (
  select from slots join jobs using (escrow, job_id)
  where slots.contributor = uploads.owner and slots.status = 'accepted'
    and slots.deadline > ${chainTime.toISOString()} and jobs.own and jobs.status = 'open'
)`;

/** Number of a wallet's, or a network's, uploads that no money stands for, and the bytes of all that is here of them. */
export async function countUnpaidUploads(
  db: Executor,
  of: { owner: string } | { network: string },
): Promise<{ uploads: number; bytes: number }> {
  const by = "owner" in of ? eq(uploads.owner, of.owner) : eq(uploads.network, of.network);
  const [row] = await db
    .select({ uploads: count(), bytes: sql`sum(${uploads.sizeBytes} * ${copies})`.mapWith(Number) })
    .from(uploads)
    .where(and(by, not(isPaidFor()), not(isRefused)));
  return { uploads: row?.uploads ?? 0, bytes: row?.bytes ?? 0 };
}

/** Uploads of these purposes that were begun and are not here whole, with the bytes that each said it has. */
export async function listUnfinishedUploads(
  db: Executor,
  purposes: readonly UploadPurpose[],
): Promise<{ id: string; sizeBytes: number }[]> {
  return await db
    .select({ id: uploads.id, sizeBytes: uploads.sizeBytes })
    .from(uploads)
    .where(and(isNull(uploads.finishedAt), inArray(uploads.purpose, [...purposes])));
}

/** Lets the beginnings of uploads come one after the other, so that each counts those before it. */
export async function lockUploads(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('trainchain/uploads', 0))`);
}

/** A boundary, or the beginning of one, of a training of which all that was drawn is judged. */
const isJudged = sql`exists (
  select from replays where replays.escrow = uploads.escrow and replays.job_id = uploads.job_id
    and replays.contributor = uploads.owner and replays."check" is not null
)`;

/**
 * Uploads whose time is over: datasets without a draft, and adapters that were never delivered, finished before
 * `before`; datasets whose drafts are all gone; and boundaries that are judged. With `id`, that one if it is over.
 */
export async function listEndedUploads(
  db: Executor,
  { before, chainTime, id }: { before: Date; chainTime: Date; id?: string },
): Promise<{ id: string; cid: string | null }[]> {
  const isOver = sql`(${hasDraft} or (${lt(uploads.finishedAt, before)} and not ${holdsSlot(chainTime)}))`;
  return db
    .select({ id: uploads.id, cid: uploads.cid })
    .from(uploads)
    .where(
      and(
        id === undefined ? undefined : eq(uploads.id, id),
        or(isJudged, and(isNotNull(uploads.finishedAt), isOver, not(isInDraft), not(isPaidFor(before)))),
      ),
    )
    .limit(1_000);
}

/** Which of these ids are uploads'. */
export async function listKnownUploads(db: Executor, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: uploads.id })
    .from(uploads)
    .where(inArray(uploads.id, [...ids]));
  return rows.map(({ id }) => id);
}

/** Forgets from where uploads that were begun before `before` came, once money stands for them or nothing of them is left in a draft. */
export async function forgetNetworks(db: Executor, before: Date): Promise<void> {
  await db
    .update(uploads)
    .set({ network: null })
    .where(and(isNotNull(uploads.network), lt(uploads.createdAt, before), or(isPaidFor(), not(isInDraft))));
}
