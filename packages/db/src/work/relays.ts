import { and, eq, gt, lt, or, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { relays } from "../schema/index.ts";

/** The slot that a relayed submission is for. */
export interface RelayedSlot {
  escrow: string;
  jobId: bigint;
  contributor: string;
}

const aDayAgo = sql`now() - interval '1 day'`;

/** The gas of the submissions relayed in the last day: for the slot's wallet in all jobs, and for its job. */
export async function sumRelayGas(
  db: Executor,
  { escrow, jobId, contributor }: RelayedSlot,
): Promise<{ ofWallet: bigint; ofJob: bigint }> {
  const ofWallet = eq(relays.contributor, contributor);
  const ofJob = and(eq(relays.escrow, escrow), eq(relays.jobId, jobId));
  const [sums] = await db
    .select({
      ofWallet: sql<string>`coalesce(sum(${relays.gas}) filter (where ${ofWallet}), 0)`,
      ofJob: sql<string>`coalesce(sum(${relays.gas}) filter (where ${ofJob}), 0)`,
    })
    .from(relays)
    .where(and(or(ofWallet, ofJob), gt(relays.sentAt, aDayAgo)));
  return { ofWallet: BigInt(sums?.ofWallet ?? 0), ofJob: BigInt(sums?.ofJob ?? 0) };
}

/** Writes down what a relayed submission was given, and forgets what is older than a day. */
export async function recordRelay(db: Executor, relay: RelayedSlot & { gas: bigint }): Promise<void> {
  await db.delete(relays).where(lt(relays.sentAt, aDayAgo));
  await db.insert(relays).values(relay);
}
