import { and, eq, lt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { idempotencyKeys } from "../schema/index.ts";

type IdempotencyKey = typeof idempotencyKeys.$inferInsert;

/**
 * Keeps under which key a wallet makes a draft; returns what was kept under it already, where it was. Whoever comes
 * with the same key meanwhile waits until the transaction ends.
 */
export async function keepIdempotencyKey(
  tx: Executor,
  kept: IdempotencyKey,
): Promise<Pick<IdempotencyKey, "fingerprint" | "draftId"> | undefined> {
  const { requester, key } = kept;
  const added = await tx.insert(idempotencyKeys).values(kept).onConflictDoNothing().returning();
  if (added.length > 0) return undefined;
  const [known] = await tx
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.requester, requester), eq(idempotencyKeys.key, key)));
  return known;
}

/** Forgets keys of before a moment. */
export async function deleteIdempotencyKeys(db: Executor, before: Date): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
}
