import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";

/** The id of a draft that uses this upload, deleted ones included: a dataset is prepared once. */
export async function findDraftOfUpload(db: Executor, uploadId: string): Promise<string | undefined> {
  const [draft] = await db
    .select({ id: drafts.id })
    .from(drafts)
    .where(eq(drafts.uploadId, uploadId))
    .limit(1);
  return draft?.id;
}
