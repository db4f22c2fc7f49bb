import { and, count, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Executor, Transaction } from "../connect.ts";
import { drafts } from "../schema/index.ts";

/** Keeps everybody who would change or delete a draft waiting until the transaction ends. */
export async function lockDraft(tx: Transaction, id: string): Promise<void> {
  await tx
    .select({ id: drafts.id })
    .from(drafts)
    .where(and(eq(drafts.id, id), isNull(drafts.deletedAt)))
    .for("update");
}

/**
 * Changes what is asked for, in a draft and in the later rounds of a first one. What the least was that it ever asked is
 * kept: of that a job may have been opened that nobody here has seen yet.
 */
export async function changeDraftRequest(
  tx: Transaction,
  { id, request }: { id: string; request: Record<string, unknown> },
): Promise<void> {
  await tx
    .update(drafts)
    .set({
      request,
      leastRewardWei: sql`least(${drafts.leastRewardWei}, coalesce((${drafts.request}->>'rewardWei')::numeric, 0))`,
    })
    .where(or(eq(drafts.id, id), eq(drafts.firstDraftId, id)));
}

const ofUpload = alias(drafts, "of_upload");

/**
 * The draft that this requester's request goes on as, where `id` is or was one of its drafts, it was ever changed, and
 * it is not deleted itself. All drafts of an upload are one request's.
 */
export async function findDraftChangedFrom(
  db: Executor,
  { id, requester }: { id: string; requester: string },
): Promise<string | undefined> {
  const [draft] = await db
    .select({ id: drafts.id })
    .from(ofUpload)
    .innerJoin(drafts, eq(drafts.uploadId, ofUpload.uploadId))
    .where(
      and(
        eq(ofUpload.id, id),
        eq(ofUpload.requester, requester),
        isNotNull(drafts.changedFromId),
        eq(drafts.round, 1),
        isNull(drafts.deletedAt),
      ),
    );
  return draft?.id;
}

/** How many drafts were made of an upload's request by changing it, deleted ones included. */
export async function countChangedDrafts(db: Executor, uploadId: string): Promise<number> {
  const [row] = await db
    .select({ changes: count() })
    .from(drafts)
    .where(and(eq(drafts.uploadId, uploadId), isNotNull(drafts.changedFromId), eq(drafts.round, 1)));
  return row?.changes ?? 0;
}
