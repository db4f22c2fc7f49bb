import { and, eq, isNull, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";

/** That a draft was requested under a key. */
export const hasKey = (key: string) => sql`${drafts.request} ->> 'key' = ${key}`;

/**
 * Keeps everybody who would make a request of this wallet's under this key waiting until the transaction ends; returns
 * the draft that has it already.
 */
export async function lockRequestKey(
  tx: Executor,
  { requester, key }: { requester: string; key: string },
): Promise<string | undefined> {
  const lock = `trainchain/request/${requester}/${key}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`);
  const [found] = await tx
    .select({ id: drafts.id })
    .from(drafts)
    .where(and(eq(drafts.requester, requester), isNull(drafts.deletedAt), eq(drafts.round, 1), hasKey(key)))
    .limit(1);
  return found?.id;
}
