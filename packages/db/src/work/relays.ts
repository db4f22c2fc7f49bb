import { and, eq, gt, type SQL, sql } from "drizzle-orm";
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

/** That a slot's wallet was never paid by a job of the platform's, and took the slot itself without a bond. */
const isNewcomers = (slot: Record<keyof RelayedSlot, unknown>) => sql`(
  not exists (select from jobs
    where (jobs.escrow, jobs.job_id) = (${slot.escrow}, ${slot.jobId}) and jobs.bond_wei > 0)
  and not exists (select from contributor_stats
    where contributor_stats.contributor = ${slot.contributor} and contributor_stats.earned_wei > 0)
  and not exists (select from relays as taken
    where (taken.escrow, taken.job_id, taken.contributor) = (${slot.escrow}, ${slot.jobId}, ${slot.contributor})
      and taken.call = 'acceptJobBySig' and taken.gas > 0))`;

/**
 * The gas of the submissions relayed in the last day: for the slot's wallet in all jobs, for this slot, and where its
 * wallet was never paid and took it without a bond, for all slots of such wallets, and those in jobs of its requester.
 */
export async function sumRelayGas(
  db: Executor,
  { escrow, jobId, contributor }: RelayedSlot,
): Promise<{ ofWallet: bigint; ofSlot: bigint; ofNewcomers?: { inAll: bigint; ofRequester: bigint } }> {
  const slot = { escrow, jobId: sql`${jobId.toString()}::bigint`, contributor };
  const isOfWallet = eq(relays.contributor, contributor);
  const isOfSlot = and(isOfWallet, eq(relays.escrow, escrow), eq(relays.jobId, jobId));
  const sumOf = (condition?: SQL) =>
    sql<string>`coalesce(sum(${relays.gas}) filter (where ${condition}), 0)::text`;
  const [sums] = await db
    .select({
      ofWallet: sumOf(isOfWallet),
      ofSlot: sumOf(isOfSlot),
      isNewcomers: sql<boolean>`${isNewcomers(slot)}`,
      ofNewcomers: sumOf(isNewcomers(relays)),
      ofRequester: sumOf(sql`${isNewcomers(relays)} and exists (select from jobs as this join jobs as other
        on other.requester = this.requester
        where (this.escrow, this.job_id) = (${slot.escrow}, ${slot.jobId})
          and (other.escrow, other.job_id) = (${relays.escrow}, ${relays.jobId}))`),
    })
    .from(relays)
    .where(and(eq(relays.call, "submitAdapterBySig"), gt(relays.sentAt, aDayAgo)));
  const { ofWallet = 0, ofSlot = 0, ofNewcomers = 0, ofRequester = 0 } = sums ?? {};
  return {
    ...{ ofWallet: BigInt(ofWallet), ofSlot: BigInt(ofSlot) },
    ...(sums?.isNewcomers && {
      ofNewcomers: { inAll: BigInt(ofNewcomers), ofRequester: BigInt(ofRequester) },
    }),
  };
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
