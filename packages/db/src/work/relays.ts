import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { type RelayedCall, relays } from "../schema/index.ts";

/** The slot that a relayed call is for. */
export interface RelayedSlot {
  escrow: string;
  jobId: bigint;
  contributor: string;
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

/** Writes down what a relayed call was given, and forgets what is older than a day. */
export async function recordRelay(
  db: Executor,
  relay: RelayedSlot & { call: RelayedCall; gas: bigint },
): Promise<void> {
  await db.delete(relays).where(lt(relays.sentAt, aDayAgo));
  await db.insert(relays).values(relay);
}
