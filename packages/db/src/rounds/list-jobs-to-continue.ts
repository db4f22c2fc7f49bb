import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/**
 * Jobs whose result stands on chain and whose request has a next round that is not prepared yet: at most `limit`,
 * other ones each time.
 */
export async function listJobsToContinue(
  db: Executor,
  { escrow, aggregator, limit = 100 }: { escrow: string; aggregator: string; limit?: number },
): Promise<bigint[]> {
  const { rows } = await db.execute<{ job_id: string }>(sql`
    select jobs.job_id
    from drafts as next
    join drafts as this on this.first_draft_id = next.first_draft_id and this.round = next.round - 1
    join llm_finetune_jobs as prepared on prepared.draft_id = this.id
    join jobs on jobs.spec_cid = prepared.spec_cid and jobs.requester = this.requester
    join aggregations on aggregations.escrow = jobs.escrow and aggregations.job_id = jobs.job_id
    where next.round > 1 and next.deleted_at is null
      and not exists (select from preparations where preparations.draft_id = next.id)
      and jobs.escrow = ${escrow} and jobs.aggregator = ${aggregator}
      and (jobs.status = 'settled' or (jobs.status = 'completed' and jobs.result_cid = aggregations.result_cid))
    order by random()
    limit ${limit}`);
  return rows.map((row) => BigInt(row.job_id));
}
