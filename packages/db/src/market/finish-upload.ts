import { and, eq, isNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Records that the last byte has arrived, and where the bytes went if they went to storage. Once only. */
export async function finishUpload(
  db: Executor,
  { id, cid, finishedAt }: { id: string; cid: string | null; finishedAt: Date },
): Promise<void> {
  await db
    .update(uploads)
    .set({ cid, finishedAt })
    .where(and(eq(uploads.id, id), isNull(uploads.finishedAt)));
}
