import { and, eq, isNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Whether a wallet has begun to send an adapter that has not come whole, for whatever job. */
export async function hasAdapterUnderWay(db: Executor, contributor: string): Promise<boolean> {
  const found = await db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.owner, contributor), eq(uploads.purpose, "adapter"), isNull(uploads.finishedAt)))
    .limit(1);
  return found.length > 0;
}
