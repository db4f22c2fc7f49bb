import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

export type Upload = typeof uploads.$inferSelect;

/** An upload of this owner; somebody else's is as absent as one that never was. */
export async function findUpload(
  db: Executor,
  { id, owner }: { id: string; owner: string },
): Promise<Upload | undefined> {
  const [upload] = await db
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, id), eq(uploads.owner, owner)));
  return upload;
}
