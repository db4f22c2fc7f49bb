import { and, count, desc, eq } from "drizzle-orm";
import type { Transaction } from "../connect.ts";
import { jobs, slots, uploads } from "../schema/index.ts";
import { isAdapterUnderWay } from "../schema/is-adapter-under-way.ts";
import { deleteUnfinished } from "./delete-unfinished.ts";
import { isAwaited } from "./find-awaited-slot.ts";

/**
 * Forgets a wallet's oldest unfinished uploads of adapters, so that with one more there are no more of them than slots
 * that await one; returns the ids of those ended, whose bytes are the caller's to remove. Under the lock of uploads.
 */
export async function endOlderAdapters(
  tx: Transaction,
  { escrow, owner }: { escrow: string; owner: string },
): Promise<string[]> {
  const [awaited] = await tx
    .select({ slots: count() })
    .from(slots)
    .innerJoin(jobs, and(eq(jobs.escrow, slots.escrow), eq(jobs.jobId, slots.jobId)))
    .where(and(eq(slots.escrow, escrow), eq(slots.contributor, owner), isAwaited));
  const older = await tx
    .select({ id: uploads.id })
    .from(uploads)
    .where(isAdapterUnderWay(owner))
    .orderBy(desc(uploads.createdAt), desc(uploads.id))
    .offset(Math.max((awaited?.slots ?? 0) - 1, 0));
  const ids = older.map(({ id }) => id);
  await deleteUnfinished(tx, ids);
  return ids;
}
