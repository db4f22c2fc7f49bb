import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";

export type DraftToPrepare = typeof drafts.$inferSelect;

/** A draft by its id; deleted ones too. */
export async function findDraftToPrepare(db: Executor, draftId: string): Promise<DraftToPrepare | undefined> {
  const [row] = await db.select().from(drafts).where(eq(drafts.id, draftId));
  return row;
}
