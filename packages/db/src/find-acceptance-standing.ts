import {
  type AcceptanceStanding,
  type AcceptanceTries,
  gasAfterAcceptance,
  refusedAcceptanceGas,
  secondsAfterRefusal,
} from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "./connect.ts";
import { jobs, relays, slots, transactions, uploads } from "./schema/index.ts";
import { isAdapterUnderWay } from "./schema/is-adapter-under-way.ts";
import { isOnItsWay } from "./schema/is-live-seat.ts";
import { slotOfPurpose } from "./schema/slot-of-purpose.ts";

/** Whether a wallet was ever paid; not by a job of its own making, since anybody may put one on chain and pay itself. */
const wasPaid = (contributor: string) => sql`exists (
  select from ${slots} join ${jobs} on ${jobs.escrow} = ${slots.escrow} and ${jobs.jobId} = ${slots.jobId}
  where ${slots.contributor} = ${contributor} and ${slots.paidWei} > 0 and ${jobs.own})`;

/**
 * Gas that relayed acceptances stand for, a row each: what they and all that followed were given in the last day, and
 * what their slots may still need. Refused ones, which cost nothing, are not among them.
 */
const charges = (() => {
  const [without, having] = [gasAfterAcceptance(false), gasAfterAcceptance(true)];
  const kept = (of: keyof typeof without) =>
    sql`case when jobs.referee is null and jobs.escrow is not null
      then ${without[of].toString()}::bigint else ${having[of].toString()}::bigint end`;
  return sql`
    with seats as (
      select distinct escrow, job_id, contributor from relays where call = 'acceptJobBySig' and gas > 0
    )
    select escrow, job_id, contributor, gas from relays join seats using (escrow, job_id, contributor)
    where sent_at > now() - interval '1 day'
    union all
    select seats.escrow, seats.job_id, seats.contributor, case
      when slots.status in ('rejection-pending', 'rejection-appealed') then ${kept("contested")}
      when slots.status = 'submitted' and jobs.status = 'open' then ${kept("submitted")}
      when slots.status = 'accepted' and jobs.status = 'open' or slots.status is null and ${isOnItsWay({
        escrow: sql`seats.escrow`,
        jobId: sql`seats.job_id`,
        contributor: sql`seats.contributor`,
      })} then ${kept("accepted")}
      else 0 end
    from seats left join jobs using (escrow, job_id) left join slots using (escrow, job_id, contributor)`;
})();

/** Where a wallet stands that would have its acceptance of a job relayed. */
export async function findAcceptanceStanding(
  db: Executor,
  { escrow, jobId, contributor }: { escrow: string; jobId: bigint; contributor: string },
): Promise<AcceptanceStanding> {
  const gasWhere = (condition = sql`true`) => sql`coalesce(sum(gas) filter (where ${condition}), 0)`;
  const isAnother = (table: typeof slots | typeof relays) =>
    sql`${table.contributor} = ${contributor} and not (${table.escrow} = ${escrow} and ${table.jobId} = ${jobId.toString()})`;
  const onItsWay = sql`
    select from ${relays} where ${isAnother(relays)} and ${relays.call} = 'acceptJobBySig'
      and ${relays.sentAt} > now() - interval '1 day' and ${isOnItsWay(relays)}`;
  const live = sql`
    select from ${slots} join ${jobs} on ${jobs.escrow} = ${slots.escrow} and ${jobs.jobId} = ${slots.jobId}
    where ${isAnother(slots)} and ${jobs.status} = 'open' and ${slots.status} not in ('rejected', 'released')`;
  const refused = sql`
    select count(*) * ${refusedAcceptanceGas.toString()}::bigint from ${relays}
    where ${relays.contributor} = ${contributor} and ${relays.call} = 'acceptJobBySig' and ${relays.gas} = 0
      and ${relays.sentAt} > now() - interval '1 day'`;
  const { rows } = await db.execute<{
    wallet: string;
    job: string;
    in_all: string;
    was_paid: boolean;
    has_another: boolean;
    has_referee: boolean;
  }>(sql`
    select
      ${gasWhere(sql`contributor = ${contributor}`)} + (${refused}) as wallet,
      ${gasWhere(sql`escrow = ${escrow} and job_id = ${jobId.toString()}`)} as job,
      ${gasWhere()} as in_all,
      ${wasPaid(contributor)} as was_paid,
      exists (${live}) or exists (${onItsWay}) as has_another,
      not exists (select from jobs where jobs.escrow = ${escrow} and jobs.job_id = ${jobId.toString()}
        and jobs.referee is null) as has_referee
    from (${charges}) as charges`);
  const [row] = rows;
  return {
    ofWallet: BigInt(row?.wallet ?? 0),
    ofJob: BigInt(row?.job ?? 0),
    inAll: BigInt(row?.in_all ?? 0),
    wasPaid: row?.was_paid ?? false,
    hasAnother: row?.has_another ?? false,
    hasReferee: row?.has_referee ?? true,
  };
}

/** What became of the acceptances that were asked for of late, by this wallet and by others. */
export async function findAcceptanceTries(
  db: Executor,
  { escrow, jobId, contributor }: { escrow: string; jobId: bigint; contributor: string },
): Promise<AcceptanceTries> {
  const isQueued = sql`${transactions.status} = 'queued'`;
  const { rows } = await db.execute<{ waiting: number; under_way: boolean; refused: boolean }>(sql`
    select
      count(*) filter (where ${isQueued})::int as waiting,
      coalesce(bool_or(split_part(${transactions.purpose}, '/', 4) = ${contributor} and (${isQueued} or
        ${slotOfPurpose(transactions.purpose)} =
          ${`acceptJobBySig/${escrow}/${jobId}/${contributor}`})), false) as under_way,
      exists (select from ${relays} where ${relays.contributor} = ${contributor} and ${relays.gas} = 0
        and ${relays.sentAt} > now() - make_interval(secs => ${secondsAfterRefusal})) as refused
    from ${transactions}
    where ${transactions.status} in ('queued', 'sent') and ${transactions.purpose} like 'acceptJobBySig/%'`);
  const [row] = rows;
  return {
    waiting: row?.waiting ?? 0,
    isUnderWay: row?.under_way ?? false,
    wasRefused: row?.refused ?? false,
  };
}

/**
 * Whether nothing speaks for what a wallet may deliver to its slot: the platform paid for the slot, the wallet was never
 * paid, and no upload of an adapter has begun.
 */
export async function isUnproven(
  db: Executor,
  { escrow, jobId, contributor }: { escrow: string; jobId: bigint; contributor: string },
): Promise<boolean> {
  const { rows } = await db.execute<{ unproven: boolean }>(sql`
    select not ${wasPaid(contributor)}
      and exists (select from ${transactions} where ${transactions.status} in ('sent', 'confirmed')
        and ${slotOfPurpose(transactions.purpose)} =
          ${`acceptJobBySig/${escrow}/${jobId}/${contributor}`})
      and not exists (select from ${uploads} where ${isAdapterUnderWay(contributor)}) as unproven`);
  return rows[0]?.unproven ?? false;
}
