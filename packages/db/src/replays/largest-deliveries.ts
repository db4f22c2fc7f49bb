import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Bytes, sealed, of all that was delivered to one of an escrow's open jobs of the platform's own: of the job of which it is most. */
export async function largestDeliveries(db: Executor, escrow: string): Promise<number> {
  const { rows } = await db.execute<{ bytes: string }>(sql`
    select sum(uploads.size_bytes) as bytes
    from jobs
    join contributor_submissions as delivery using (escrow, job_id)
    join uploads on uploads.cid = delivery.adapter_cid and uploads.owner = delivery.contributor
    where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open'
      and delivery.status = 'submitted' and uploads.purpose = 'adapter'
    group by jobs.job_id order by bytes desc limit 1`);
  return Number(rows[0]?.bytes ?? 0);
}
