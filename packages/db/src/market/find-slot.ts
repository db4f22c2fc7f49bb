import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { slots } from "../schema/index.ts";

export type SlotRow = typeof slots.$inferSelect;

/** A wallet's acceptance of a job. */
export async function findSlot(
  db: Executor,
  { escrow, jobId, contributor }: JobKey & { contributor: string },
): Promise<SlotRow | undefined> {
  const [slot] = await db
    .select()
    .from(slots)
    .where(and(eq(slots.escrow, escrow), eq(slots.jobId, jobId), eq(slots.contributor, contributor)));
  return slot;
}
