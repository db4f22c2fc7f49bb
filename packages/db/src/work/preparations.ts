import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { llmFinetuneJobs, preparations } from "../schema/index.ts";

export type PreparedJob = typeof llmFinetuneJobs.$inferSelect;
export type Preparation = typeof preparations.$inferSelect;

export async function findPreparation(db: Executor, draftId: string): Promise<Preparation | undefined> {
  const [row] = await db.select().from(preparations).where(eq(preparations.draftId, draftId));
  return row;
}

/** Records how far the preparation of a draft has come, in place of what was recorded before. */
export async function savePreparation(
  db: Executor,
  preparation: Pick<Preparation, "draftId" | "status"> & Partial<Preparation>,
): Promise<void> {
  const row = { report: null, error: null, updatedAt: new Date(), ...preparation };
  await db.insert(preparations).values(row).onConflictDoUpdate({ target: preparations.draftId, set: row });
}

/** What was prepared for a draft. */
export async function findPreparedJob(db: Executor, draftId: string): Promise<PreparedJob | undefined> {
  const [row] = await db.select().from(llmFinetuneJobs).where(eq(llmFinetuneJobs.draftId, draftId));
  return row;
}

/** Stores a prepared job; a draft is prepared once, later tries change nothing. */
export async function savePreparedJob(
  db: Executor,
  prepared: typeof llmFinetuneJobs.$inferInsert,
): Promise<void> {
  await db.insert(llmFinetuneJobs).values(prepared).onConflictDoNothing();
}
