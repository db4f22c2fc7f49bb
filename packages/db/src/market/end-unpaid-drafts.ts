import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { isStandingJob } from "../standing-jobs.ts";

/**
 * Ends drafts that were ready, or where they never came so far were made, before `before`, and whose jobs on chain,
 * if any, were cancelled or have expired before it; the later rounds of a first one with it. A worker then removes their
 * content.
 */
export async function endUnpaidDrafts(
  db: Executor,
  { before, now }: { before: Date; now: Date },
): Promise<void> {
  await db.execute(sql`
    update drafts set deleted_at = ${now.toISOString()}
    from (
      select drafts.id from drafts
      left join llm_finetune_jobs on llm_finetune_jobs.draft_id = drafts.id
      where drafts.deleted_at is null and drafts.created_at < ${before.toISOString()}
        and coalesce(llm_finetune_jobs.prepared_at, case when drafts.round = 1 then drafts.created_at end)
          < ${before.toISOString()}
        and not exists (
          select from jobs where jobs.spec_cid = llm_finetune_jobs.spec_cid and ${isStandingJob(before)})
    ) as ended
    where drafts.deleted_at is null and (drafts.id = ended.id or drafts.first_draft_id = ended.id)`);
}
