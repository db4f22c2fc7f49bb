import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Executor, Transaction } from "../connect.ts";
import { drafts, llmFinetuneJobs, preparations } from "../schema/index.ts";
import { isStandingJob } from "../standing-jobs.ts";

/** What is prepared, stored, for no job that was not over before `before`, and nothing that a change is to be made of. */
const isInVain = (before: Date) =>
  and(
    isNull(llmFinetuneJobs.contentRemovedAt),
    sql`not exists (
      select from jobs where jobs.spec_cid = llm_finetune_jobs.spec_cid and ${isStandingJob(before)})`,
    // One that could not be prepared may be changed again, which is made of the same data.
    sql`not exists (
      select from drafts as changed left join preparations on preparations.draft_id = changed.id
      where changed.changed_from_id = llm_finetune_jobs.draft_id and changed.deleted_at is null
        and preparations.status is distinct from 'ready')`,
  );

/** Drafts that were deleted before `before`, are for no job on chain, and whose content is still there. */
export async function listEndedDrafts(db: Executor, before: Date): Promise<string[]> {
  const rows = await db
    .select({ id: drafts.id })
    .from(drafts)
    .innerJoin(llmFinetuneJobs, eq(llmFinetuneJobs.draftId, drafts.id))
    .where(and(isNotNull(drafts.deletedAt), lt(drafts.deletedAt, before), isInVain(before)))
    .limit(1_000);
  return rows.map(({ id }) => id);
}

/** The CIDs of a draft's spec, holdout and shards, which nobody changes until the transaction ends; none if it is for a job. */
export async function lockContentOfDraft(
  tx: Transaction,
  { draftId, before }: { draftId: string; before: Date },
): Promise<string[]> {
  const [found] = await tx
    .select()
    .from(llmFinetuneJobs)
    .where(and(eq(llmFinetuneJobs.draftId, draftId), isInVain(before)))
    .for("update");
  if (!found) return [];
  return [found.specCid, found.holdoutCid, ...found.shardAssignments.map(({ cid }) => cid)];
}

/**
 * Forgets what was prepared for a draft. Of a job that is over the public terms stay, with the time of the newest
 * block that was indexed when its content was removed: a job of them that is mined later has nothing to train on.
 */
export async function deletePreparedJob(
  tx: Transaction,
  { draftId, chainTime }: { draftId: string; chainTime: Date },
): Promise<void> {
  const isForJob = sql`exists (select from jobs where jobs.spec_cid = llm_finetune_jobs.spec_cid and jobs.own)`;
  const kept = await tx
    .update(llmFinetuneJobs)
    .set({ contentRemovedAt: chainTime })
    .where(and(eq(llmFinetuneJobs.draftId, draftId), isForJob))
    .returning({ draftId: llmFinetuneJobs.draftId });
  if (kept.length > 0) return;
  await tx.delete(llmFinetuneJobs).where(eq(llmFinetuneJobs.draftId, draftId));
  await tx.delete(preparations).where(eq(preparations.draftId, draftId));
}
