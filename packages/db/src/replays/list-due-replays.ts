import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/**
 * Slots of an aggregator's open jobs of which something was drawn and nothing judged, though all that was asked for is
 * here, or its time is over at `chainTime`; with when its review ends if nothing more is delivered. At most `limit`,
 * other ones each time.
 */
export async function listDueReplays(
  db: Executor,
  {
    escrow,
    aggregator,
    chainTime,
    limit = 1_000,
  }: { escrow: string; aggregator: string; chainTime: Date; limit?: number },
): Promise<{ jobId: bigint; contributor: string; reviewEnds: Date }[]> {
  const { rows } = await db.execute<{ job_id: string; contributor: string; review_ends: string }>(sql`
    select replay.job_id, replay.contributor,
      extract(epoch from delivery.submitted_at) + jobs.review_period_seconds as review_ends
    from replays as replay
    join jobs using (escrow, job_id)
    join contributor_submissions as delivery using (escrow, job_id, contributor, adapter_cid)
    where replay.escrow = ${escrow} and jobs.aggregator = ${aggregator} and jobs.status = 'open'
      and delivery.status = 'submitted' and replay."check" is null
      and (replay.open_by <= ${chainTime.toISOString()}::timestamptz
        or jsonb_array_length(replay.asked) <= (
          select count(distinct boundary) from uploads
          where uploads.escrow = replay.escrow and uploads.job_id = replay.job_id
            and uploads.owner = replay.contributor and uploads.finished_at is not null
            and replay.asked @> to_jsonb(uploads.boundary)))
    order by random()
    limit ${limit}`);
  return rows.map((row) => ({
    jobId: BigInt(row.job_id),
    contributor: row.contributor,
    reviewEnds: new Date(1_000 * Number(row.review_ends)),
  }));
}
