import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** What drawn deliveries of an escrow's open jobs that are not judged have still to hand over, at most, and the largest state among it. */
export async function findStatesToCome(
  db: Executor,
  escrow: string,
): Promise<{ bytes: number; largestBytes: number }> {
  const { rows } = await db.execute<{ bytes: string; largest: string }>(sql`
    select coalesce(sum((jsonb_array_length(replay.asked) - here.states) * replay.boundary_bytes), 0) as bytes,
      coalesce(max(replay.boundary_bytes), 0) as largest
    from replays as replay
    join jobs using (escrow, job_id)
    join slots using (escrow, job_id, contributor)
    cross join lateral (
      select count(distinct boundary) as states from uploads
      where uploads.escrow = replay.escrow and uploads.job_id = replay.job_id
        and uploads.owner = replay.contributor and uploads.cid is not null
        and replay.asked @> to_jsonb(uploads.boundary)
    ) as here
    where replay.escrow = ${escrow} and replay."check" is null
      and jobs.status = 'open' and slots.status = 'submitted'`);
  const [{ bytes, largest } = { bytes: "0", largest: "0" }] = rows;
  return { bytes: Number(bytes), largestBytes: Number(largest) };
}

/** How an open job's trainings are cut, and what one is paid at most. */
export interface KeptTraining {
  segments: number;
  boundaryBytes: number;
  paidWei: bigint;
}

/** How the trainings of an escrow's open jobs of the platform's own are cut that parts are done again of; alike ones once. */
export async function listKeptTrainings(db: Executor, escrow: string): Promise<KeptTraining[]> {
  const { rows } = await db.execute<{ segments: string; bytes: string; paid: string }>(sql`
    select distinct prepared.spec #>> '{replay,segments}' as segments,
      prepared.spec #>> '{replay,boundaryBytes}' as bytes, div(jobs.stake_wei, jobs.max_contributors)::text as paid
    from jobs join llm_finetune_jobs as prepared on prepared.spec_cid = jobs.spec_cid
    where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open' and prepared.spec -> 'replay' is not null`);
  return rows.map(({ segments, bytes, paid }) => ({
    ...{ segments: Number(segments), boundaryBytes: Number(bytes), paidWei: BigInt(paid) },
  }));
}
