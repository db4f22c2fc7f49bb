import { type SQL, sql } from "drizzle-orm";
import { jobs, slots } from "./chain.ts";
import { slotOfPurpose } from "./slot-of-purpose.ts";
import { transactions } from "./work.ts";

interface SlotColumns {
  escrow: unknown;
  jobId: unknown;
  contributor: unknown;
}

/** Of rows that name a slot: that the acceptance sent for it may be mined, or was and is not among the slots yet. */
export function isOnItsWay({ escrow, jobId, contributor }: SlotColumns): SQL {
  return sql`(not exists (select from ${slots} where ${slots.escrow} = ${escrow}
      and ${slots.jobId} = ${jobId} and ${slots.contributor} = ${contributor})
    and exists (select from ${transactions} where ${transactions.status} in ('sent', 'confirmed')
      and ${slotOfPurpose(transactions.purpose)} =
        concat_ws('/', 'acceptJobBySig', ${escrow}, ${jobId}, ${contributor})))`;
}

/** Of rows that name a slot: that it may still cost the platform something, but for the end of its job. */
export function isLiveSeat(row: SlotColumns): SQL {
  return sql`(${isOnItsWay(row)} or exists (
    select from ${slots} join ${jobs} on ${jobs.escrow} = ${slots.escrow} and ${jobs.jobId} = ${slots.jobId}
    where ${slots.escrow} = ${row.escrow} and ${slots.jobId} = ${row.jobId} and ${slots.contributor} = ${row.contributor}
      and (${slots.status} in ('rejection-pending', 'rejection-appealed')
        or (${jobs.status} = 'open' and ${slots.status} in ('accepted', 'submitted')))))`;
}
