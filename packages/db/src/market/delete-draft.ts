import { eq, or } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";

/** Hides a draft, and the later rounds of a first one; a worker that finds it deleted removes its bytes. */
export async function deleteDraft(db: Executor, id: string, now: Date): Promise<void> {
  await db
    .update(drafts)
    .set({ deletedAt: now })
    .where(or(eq(drafts.id, id), eq(drafts.firstDraftId, id)));
}
