import { type RoundMoves, type SlotMove, shardGraceSeconds } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";

type MoveRow = {
  age: number;
  training_period_seconds: number;
  /** Null in the one row of a job to whose slots nothing happened yet. */
  name: SlotMove["name"] | null;
  contributor: string;
  slot: number;
  at: number;
};

/**
 * What happened to the slots of a job and of the jobs before it in its series, in the chain's order: the first round's
 * first, this job's last. Every job names the one before it in the spec that was prepared for it. A refusal that may be
 * appealed (it says until when) gives a slot up no earlier than it takes effect, and none that does after its job's
 * end: the next round's shards are given out by then.
 */
export async function listSlotMoves(db: Executor, { escrow, jobId }: JobKey): Promise<RoundMoves[]> {
  const { rows } = await db.execute<MoveRow>(sql`
    with recursive line as (
      select ${jobId.toString()}::bigint as job_id, 0 as age
      union all
      select (prepared.spec -> 'series' ->> 'previousJobId')::bigint, line.age + 1
      from line
      join jobs on jobs.escrow = ${escrow} and jobs.job_id = line.job_id
      join llm_finetune_jobs as prepared on prepared.spec_cid = jobs.spec_cid
      where prepared.spec -> 'series' ->> 'previousJobId' is not null and line.age < 32
    )
    select line.age, jobs.training_period_seconds,
      case event.name when 'RejectionEnforced' then 'AdapterRejected' else event.name end as name, event.args ->> 'contributor' as contributor,
      (event.args ->> 'slot')::int as slot, extract(epoch from event.mined_at)::float8 as at
    from line
    join jobs on jobs.escrow = ${escrow} and jobs.job_id = line.job_id
    left join chain_events as event
      on event.escrow = ${escrow} and event.job_id = line.job_id
      and (event.name in ('JobAccepted', 'SlotReleased', 'RejectionEnforced')
        or (event.name = 'AdapterRejected' and event.args -> 'appealBy' is null))
      and not exists (select from chain_events as closed
        where closed.escrow = event.escrow and closed.job_id = event.job_id and closed.name = 'JobClosed'
          and (closed.block_number, closed.log_index) < (event.block_number, event.log_index))
    order by line.age desc, event.block_number, event.log_index`);
  const jobs = [...Map.groupBy(rows, ({ age }) => age).values()];
  return jobs.map((events) => ({
    moves: events.flatMap(toMove),
    graceSeconds: shardGraceSeconds(events[0]?.training_period_seconds ?? 0),
  }));
}

function toMove({ name, contributor, slot, at }: MoveRow): SlotMove[] {
  if (name === null) return [];
  return [name === "JobAccepted" ? { name, contributor, at, slot } : { name, contributor, at }];
}
