import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";
import { isAdapterUnderWay } from "../schema/is-adapter-under-way.ts";

/** Whether a wallet has begun to send an adapter that has not come whole, for whatever job. */
export async function hasAdapterUnderWay(db: Executor, contributor: string): Promise<boolean> {
  const found = await db
    .select({ id: uploads.id })
    .from(uploads)
    .where(isAdapterUnderWay(contributor))
    .limit(1);
  return found.length > 0;
}
