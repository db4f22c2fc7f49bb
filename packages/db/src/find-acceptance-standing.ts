import { type AcceptanceStanding, type AcceptanceTries, refusedAcceptanceGas } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "./connect.ts";
import { jobs, relays, slots, transactions, uploads } from "./schema/index.ts";
import { isAdapterUnderWay } from "./schema/is-adapter-under-way.ts";
import { slotOfPurpose } from "./schema/slot-of-purpose.ts";

/** Whether a wallet was ever paid; not by a job of its own making, since anybody may put one on chain and pay itself. */
const wasPaid = (contributor: string) => sql`exists (
  select from ${slots} join ${jobs} on ${jobs.escrow} = ${slots.escrow} and ${jobs.jobId} = ${slots.jobId}
  where ${slots.contributor} = ${contributor} and ${slots.paidWei} > 0 and ${jobs.own})`;

/** Where a wallet stands that would have its acceptance of a job relayed. */
export async function findAcceptanceStanding(
  db: Executor,
  { escrow, jobId, contributor }: { escrow: string; jobId: bigint; contributor: string },
): Promise<AcceptanceStanding> {
  const gasWhere = (condition = sql`true`) =>
    sql`coalesce(sum(${relays.gas}) filter (where ${condition}), 0)`;
  const isAnother = (table: typeof slots | typeof relays) =>
    sql`${table.contributor} = ${contributor} and not (${table.escrow} = ${escrow} and ${table.jobId} = ${jobId.toString()})`;
  // What was sent, and is not among the slots yet.
  const onItsWay = sql`
    select from ${relays} where ${isAnother(relays)} and ${relays.call} = 'acceptJobBySig'
      and ${relays.sentAt} > now() - interval '1 day'
      and not exists (select from ${slots} where ${slots.escrow} = ${relays.escrow}
        and ${slots.jobId} = ${relays.jobId} and ${slots.contributor} = ${relays.contributor})
      and exists (select from ${transactions} where ${transactions.status} in ('sent', 'confirmed')
        and ${slotOfPurpose(transactions.purpose)} =
          concat_ws('/', 'acceptJobBySig', ${relays.escrow}, ${relays.jobId}, ${relays.contributor}))`;
  const live = sql`
    select from ${slots} join ${jobs} on ${jobs.escrow} = ${slots.escrow} and ${jobs.jobId} = ${slots.jobId}
    where ${isAnother(slots)} and ${jobs.status} = 'open' and ${slots.status} not in ('rejected', 'released')`;
  const { rows } = await db.execute<{
    wallet: string;
    job: string;
    in_all: string;
    was_paid: boolean;
    has_another: boolean;
  }>(sql`
    select
      coalesce(sum(case ${relays.gas} when 0 then ${refusedAcceptanceGas.toString()}::bigint else ${relays.gas} end)
        filter (where ${relays.contributor} = ${contributor}), 0) as wallet,
      ${gasWhere(sql`${relays.escrow} = ${escrow} and ${relays.jobId} = ${jobId.toString()}`)} as job,
      ${gasWhere()} as in_all,
      ${wasPaid(contributor)} as was_paid,
      exists (${live}) or exists (${onItsWay}) as has_another
    from ${relays}
    where ${relays.call} = 'acceptJobBySig' and ${relays.sentAt} > now() - interval '1 day'`);
  const [row] = rows;
  return {
    ofWallet: BigInt(row?.wallet ?? 0),
    ofJob: BigInt(row?.job ?? 0),
    inAll: BigInt(row?.in_all ?? 0),
    wasPaid: row?.was_paid ?? false,
    hasAnother: row?.has_another ?? false,
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
        and ${relays.sentAt} > now() - interval '2 minutes') as refused
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
