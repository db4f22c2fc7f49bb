import { and, eq, isNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";
import { isShown } from "./is-shown.ts";
import { type DraftRecord, selectDrafts, toDraftRecord } from "./select-drafts.ts";

/** A draft of this requester that was not deleted. */
export async function findDraft(
  db: Executor,
  { id, requester, escrow }: { id: string; requester: string; escrow: string },
): Promise<DraftRecord | undefined> {
  const [row] = await selectDrafts(db, escrow).where(
    and(eq(drafts.id, id), eq(drafts.requester, requester), isNull(drafts.deletedAt), isShown),
  );
  return row && toDraftRecord(row);
}
