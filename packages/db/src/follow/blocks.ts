import { desc, eq, gt, lt, lte, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { blocks, chainCursors } from "../schema/index.ts";
import { insertRows } from "./insert-rows.ts";

export type BlockRow = typeof blocks.$inferInsert;

export async function findBlock(db: Executor, number: bigint): Promise<BlockRow | undefined> {
  const [row] = await db.select().from(blocks).where(eq(blocks.number, number));
  return row;
}

/** The highest recorded block not above `number`. */
export async function findNewestBlock(db: Executor, number: bigint): Promise<BlockRow | undefined> {
  const [row] = await db
    .select()
    .from(blocks)
    .where(lte(blocks.number, number))
    .orderBy(desc(blocks.number))
    .limit(1);
  return row;
}

/** Records blocks; one already recorded under the same number is replaced. */
export async function recordBlocks(db: Executor, rows: BlockRow[]): Promise<void> {
  await insertRows(
    db,
    blocks,
    rows,
    sql`on conflict (number) do update set
      hash = excluded.hash, parent_hash = excluded.parent_hash, mined_at = excluded.mined_at`,
  );
}

/** Forgets blocks more than `depth` below the slowest cursor; a deeper reorganisation is followed from the start. */
export async function pruneBlocks(db: Executor, depth: number): Promise<void> {
  const slowest = sql`(select min(${chainCursors.nextBlock}) from ${chainCursors})`;
  await db.delete(blocks).where(lt(blocks.number, sql`${slowest} - ${depth}`));
}

export async function deleteBlocksAbove(db: Executor, number: bigint): Promise<void> {
  await db.delete(blocks).where(gt(blocks.number, number));
}
