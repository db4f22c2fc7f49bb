import { and, eq, gt, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { jobs, type RelayedCall, relays } from "../schema/index.ts";
import { isLiveSeat } from "../schema/is-live-seat.ts";

/** The slot that a relayed call is for. */
export interface RelayedSlot {
  escrow: string;
  jobId: bigint;
  contributor: string;
}

/** Whether a job is known to be none of the platform's. */
export async function isForeignJob(db: Executor, { escrow, jobId }: JobKey): Promise<boolean> {
  return (
    (await db.$count(jobs, and(eq(jobs.escrow, escrow), eq(jobs.jobId, jobId), eq(jobs.own, false)))) > 0
  );
}

const aDayAgo = sql`now() - interval '1 day'`;

/** The gas of the submissions relayed in the last day: for the slot's wallet in all jobs, and for this slot. */
export async function sumRelayGas(
  db: Executor,
  { escrow, jobId, contributor }: RelayedSlot,
): Promise<{ ofWallet: bigint; ofSlot: bigint }> {
  const isOfSlot = and(eq(relays.escrow, escrow), eq(relays.jobId, jobId));
  const [sums] = await db
    .select({
      ofWallet: sql<string>`coalesce(sum(${relays.gas}), 0)`,
      ofSlot: sql<string>`coalesce(sum(${relays.gas}) filter (where ${isOfSlot}), 0)`,
    })
    .from(relays)
    .where(
      and(
        eq(relays.contributor, contributor),
        eq(relays.call, "submitAdapterBySig"),
        gt(relays.sentAt, aDayAgo),
      ),
    );
  return { ofWallet: BigInt(sums?.ofWallet ?? 0), ofSlot: BigInt(sums?.ofSlot ?? 0) };
}

/**
 * Writes down what a relayed call was given, and forgets what is older than a day and has no more to come. A move of the
 * aggregator's own is written down only of a slot that it took for its wallet.
 */
export async function recordRelay(
  db: Executor,
  { escrow, jobId, contributor, call, gas }: RelayedSlot & { call: RelayedCall; gas: bigint },
): Promise<void> {
  await db.execute(sql`
    delete from relays where sent_at < ${aDayAgo} and not (call = 'acceptJobBySig' and (
      ${isLiveSeat(relays)} or exists (select from relays as later
        where (later.escrow, later.job_id, later.contributor) = (relays.escrow, relays.job_id, relays.contributor)
          and later.sent_at >= ${aDayAgo})))`);
  const isSigned = call === "submitAdapterBySig" || call === "acceptJobBySig";
  await db.execute(sql`
    insert into relays (escrow, job_id, contributor, call, gas)
    select ${escrow}, ${jobId.toString()}::bigint, ${contributor}, ${call}, ${gas.toString()}::bigint
    where ${isSigned} or exists (select from relays where escrow = ${escrow} and job_id = ${jobId.toString()}
      and contributor = ${contributor} and call = 'acceptJobBySig' and gas > 0)`);
}

/** Gives back what a relayed call was given and has not used. */
export async function settleRelay(
  db: Executor,
  { escrow, jobId, contributor, call, gasUsed }: RelayedSlot & { call: RelayedCall; gasUsed: bigint },
): Promise<void> {
  await db.execute(sql`
    update relays set gas = least(gas, ${gasUsed.toString()}::bigint) where id = (
      select max(id) from relays where escrow = ${escrow} and job_id = ${jobId.toString()}
        and contributor = ${contributor} and call = ${call} and gas > 0)`);
}
