import { and, eq, isNotNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { contributorSubmissions, slots } from "../schema/index.ts";
import { ofSlot } from "../schema/of-slot.ts";

/** What was delivered, and paid, in one slot of a job that has ended. */
export async function findPaidDelivery(
  db: Executor,
  { escrow, jobId, slot }: JobKey & { slot: number },
): Promise<{ contributor: string; adapterCid: string } | undefined> {
  const [paid] = await db
    .select({ contributor: slots.contributor, adapterCid: contributorSubmissions.adapterCid })
    .from(slots)
    .innerJoin(contributorSubmissions, ofSlot(contributorSubmissions))
    .where(
      and(
        and(eq(slots.escrow, escrow), eq(slots.jobId, jobId), eq(slots.slot, slot)),
        isNotNull(slots.paidWei),
      ),
    );
  return paid;
}
