import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { chainCursors } from "../schema/index.ts";

/** The newest block of the escrow that has been read; undefined before the first. */
export async function findIndexedBlock(db: Executor, escrow: string): Promise<bigint | undefined> {
  const [row] = await db
    .select({ nextBlock: chainCursors.nextBlock })
    .from(chainCursors)
    .where(eq(chainCursors.escrow, escrow));
  return row && row.nextBlock > 0n ? row.nextBlock - 1n : undefined;
}
