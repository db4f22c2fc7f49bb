import { and, inArray, isNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Forgets uploads, but those that have come whole meanwhile; their bytes are the caller's to remove. */
export async function deleteUnfinished(db: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await db.delete(uploads).where(and(inArray(uploads.id, ids), isNull(uploads.finishedAt)));
}
