import { and, count, eq, isNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** How many uploads a wallet has begun and not finished. */
export async function countUnfinishedUploads(db: Executor, owner: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(uploads)
    .where(and(eq(uploads.owner, owner), isNull(uploads.finishedAt)));
  return row?.count ?? 0;
}
