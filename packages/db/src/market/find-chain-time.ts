import { desc } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { blocks } from "../schema/index.ts";

/** When the newest indexed block was mined; undefined before the first. */
export async function findChainTime(db: Executor): Promise<Date | undefined> {
  const [newest] = await db
    .select({ minedAt: blocks.minedAt })
    .from(blocks)
    .orderBy(desc(blocks.number))
    .limit(1);
  return newest?.minedAt;
}
