import { spareStates, verdictLimits } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** What drawn deliveries of an escrow's open jobs that are not judged hand over, at most. */
export interface StatesToCome {
  /** Bytes still to come of those that were drawn from before half of their review period: room is kept for them. */
  keptBytes: number;
  /** Of all of them, whatever of it is here. */
  askedBytes: number;
  /** Of the largest state. */
  largestBytes: number;
}

/** What states drawn deliveries hand over. */
export async function findStatesToCome(db: Executor, escrow: string): Promise<StatesToCome> {
  const most = sql`jsonb_array_length(replay.asked) + ${spareStates}::int`;
  const late = sql`replay.drawn_at >= delivery.submitted_at
    + ${verdictLimits.lastLookShare}::float8 * jobs.review_period_seconds * interval '1 second'`;
  const { rows } = await db.execute<{ kept: string; asked: string; largest: string }>(sql`
    select coalesce(sum((${most} - here.states) * replay.boundary_bytes) filter (where (${late}) is not true), 0) as kept,
      coalesce(sum((${most}) * replay.boundary_bytes), 0) as asked,
      coalesce(max(replay.boundary_bytes), 0) as largest
    from replays as replay
    join jobs using (escrow, job_id)
    join slots using (escrow, job_id, contributor)
    left join contributor_submissions as delivery using (escrow, job_id, contributor)
    cross join lateral (
      select count(distinct boundary) as states from uploads
      where uploads.escrow = replay.escrow and uploads.job_id = replay.job_id
        and uploads.owner = replay.contributor and uploads.cid is not null
        and replay.asked @> to_jsonb(uploads.boundary)
    ) as here
    where replay.escrow = ${escrow} and replay."check" is null
      and jobs.status = 'open' and slots.status = 'submitted'`);
  const [{ kept, asked, largest } = { kept: "0", asked: "0", largest: "0" }] = rows;
  return { keptBytes: Number(kept), askedBytes: Number(asked), largestBytes: Number(largest) };
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
