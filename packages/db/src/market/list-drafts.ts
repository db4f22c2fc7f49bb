import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";
import { isShown } from "./is-shown.ts";
import { hasKey } from "./lock-request-key.ts";
import { type DraftRecord, selectDrafts, toDraftRecord } from "./select-drafts.ts";

/** A requester's drafts, newest first, after the given one. */
export async function listDrafts(
  db: Executor,
  {
    requester,
    escrow,
    key,
    after,
    limit,
  }: {
    requester: string;
    escrow: string;
    /** Only the request made under it. */
    key?: string | undefined;
    after: { createdAt: Date; id: string } | undefined;
    limit: number;
  },
): Promise<DraftRecord[]> {
  const rows = await selectDrafts(db, escrow)
    .where(
      and(
        eq(drafts.requester, requester),
        isNull(drafts.deletedAt),
        isShown,
        key === undefined ? undefined : and(hasKey(key), eq(drafts.round, 1)),
        after && sql`(${drafts.createdAt}, ${drafts.id}) < (${after.createdAt.toISOString()}, ${after.id})`,
      ),
    )
    .orderBy(desc(drafts.createdAt), desc(drafts.id))
    .limit(limit);
  return rows.map(toDraftRecord);
}
