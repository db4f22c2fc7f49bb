import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

/** Notes that nothing of a finished upload is kept any more, though it came. */
export async function dropContent(db: Executor, id: string): Promise<void> {
  await db.update(uploads).set({ cid: null, sizeBytes: 0 }).where(eq(uploads.id, id));
}
