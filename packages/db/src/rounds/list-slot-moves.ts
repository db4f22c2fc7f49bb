import type { SlotMove } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../follow/job-key.ts";

type MoveRow = { age: number; name: SlotMove["name"] | null; contributor: string; slot: number };

/**
 * What happened to the slots of a job and of the jobs before it in its series, in the chain's order: one list a round,
 * the first round's first, this job's last. Every job names the one before it in the spec that was prepared for it.
 */
export async function listSlotMoves(db: Executor, { escrow, jobId }: JobKey): Promise<SlotMove[][]> {
  const rows = await db.execute<MoveRow>(sql`
    with recursive line as (
      select ${jobId.toString()}::bigint as job_id, 0 as age
      union all
      select (prepared.spec -> 'series' ->> 'previousJobId')::bigint, line.age + 1
      from line
      join jobs on jobs.escrow = ${escrow} and jobs.job_id = line.job_id
      join llm_finetune_jobs as prepared on prepared.spec_cid = jobs.spec_cid
      where prepared.spec -> 'series' ->> 'previousJobId' is not null and line.age < 32
    )
    select line.age, event.name, event.args ->> 'contributor' as contributor, (event.args ->> 'slot')::int as slot
    from line
    left join chain_events as event
      on event.escrow = ${escrow} and event.job_id = line.job_id
      and event.name in ('JobAccepted', 'SlotReleased', 'AdapterRejected')
    order by line.age desc, event.block_number, event.log_index`);
  const byAge = Map.groupBy(rows, ({ age }) => age);
  return [...byAge.values()].map((round) => round.flatMap(toMove));
}

/** One row of the join; a job to whose slots nothing happened yet has a row without an event. */
function toMove({ name, contributor, slot }: MoveRow): SlotMove[] {
  if (name === null) return [];
  return [name === "JobAccepted" ? { name, contributor, slot } : { name, contributor }];
}
