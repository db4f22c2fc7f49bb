import { and, eq, isNull, or } from "drizzle-orm";
import type { Executor, Transaction } from "../connect.ts";
import { drafts } from "../schema/index.ts";

type Draft = typeof drafts.$inferSelect;

/** Keeps everybody who would change or delete a draft waiting until the transaction ends; undefined where it is gone. */
export async function lockDraft(tx: Transaction, id: string): Promise<Draft | undefined> {
  const [draft] = await tx
    .select()
    .from(drafts)
    .where(and(eq(drafts.id, id), isNull(drafts.deletedAt)))
    .for("update");
  return draft;
}

/** Changes what is asked for, in a draft and in the later rounds of a first one. */
export async function changeDraftRequest(
  tx: Transaction,
  { id, request }: { id: string; request: Record<string, unknown> },
): Promise<void> {
  await tx
    .update(drafts)
    .set({ request })
    .where(or(eq(drafts.id, id), eq(drafts.firstDraftId, id)));
}

/** The draft that a changed one of this requester's goes on as, where that is not deleted itself. */
export async function findDraftChangedFrom(
  db: Executor,
  { id, requester }: { id: string; requester: string },
): Promise<string | undefined> {
  const [draft] = await db
    .select({ id: drafts.id })
    .from(drafts)
    .where(
      and(
        eq(drafts.requester, requester),
        eq(drafts.changedFromId, id),
        eq(drafts.round, 1),
        isNull(drafts.deletedAt),
      ),
    );
  return draft?.id;
}
