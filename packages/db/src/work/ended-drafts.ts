import { and, eq, isNotNull, lt, sql } from "drizzle-orm";
import type { Executor, Transaction } from "../connect.ts";
import { drafts, llmFinetuneJobs, preparations } from "../schema/index.ts";

const isNoJob = sql`not exists (select from jobs where jobs.spec_cid = llm_finetune_jobs.spec_cid)`;

/** Drafts that were deleted before `before`, are no job on chain, and whose content is still there. */
export async function listEndedDrafts(db: Executor, before: Date): Promise<string[]> {
  const rows = await db
    .select({ id: drafts.id })
    .from(drafts)
    .innerJoin(llmFinetuneJobs, eq(llmFinetuneJobs.draftId, drafts.id))
    .where(and(isNotNull(drafts.deletedAt), lt(drafts.deletedAt, before), isNoJob))
    .limit(1_000);
  return rows.map(({ id }) => id);
}

/** The CIDs of a draft's spec, holdout and shards, which nobody changes until the transaction ends; none if it is a job. */
export async function lockContentOfDraft(tx: Transaction, draftId: string): Promise<string[]> {
  const [found] = await tx
    .select()
    .from(llmFinetuneJobs)
    .where(and(eq(llmFinetuneJobs.draftId, draftId), isNoJob))
    .for("update");
  if (!found) return [];
  return [found.specCid, found.holdoutCid, ...found.shardAssignments.map(({ cid }) => cid)];
}

/** Forgets what was prepared for a draft. */
export async function deletePreparedJob(tx: Transaction, draftId: string): Promise<void> {
  await tx.delete(llmFinetuneJobs).where(eq(llmFinetuneJobs.draftId, draftId));
  await tx.delete(preparations).where(eq(preparations.draftId, draftId));
}
