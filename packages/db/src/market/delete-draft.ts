import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";

/** Hides a draft from its requester; a worker that finds it deleted removes its bytes. */
export async function deleteDraft(db: Executor, id: string, now: Date): Promise<void> {
  await db.update(drafts).set({ deletedAt: now }).where(eq(drafts.id, id));
}
