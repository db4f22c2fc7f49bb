import { and, isNull, lt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Forgets uploads that were begun before `begunBefore` and never finished; returns their ids. */
export async function deleteStaleUploads(db: Executor, begunBefore: Date): Promise<string[]> {
  const stale = await db
    .delete(uploads)
    .where(and(isNull(uploads.finishedAt), lt(uploads.createdAt, begunBefore)))
    .returning({ id: uploads.id });
  return stale.map(({ id }) => id);
}
