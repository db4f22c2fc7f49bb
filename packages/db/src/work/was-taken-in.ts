import { and, eq, isNotNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Whether the platform's own API took this content in whole: what becomes of it then is the platform's affair. */
export async function wasTakenIn(db: Executor, cid: string): Promise<boolean> {
  const found = await db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.cid, cid), isNotNull(uploads.finishedAt)))
    .limit(1);
  return found.length > 0;
}
