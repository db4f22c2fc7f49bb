import { and, eq, gt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { chainCursors } from "../schema/index.ts";

export interface Cursor {
  escrow: string;
  chainId: number;
  /** The lowest block that has not been read. */
  nextBlock: bigint;
}

export async function findCursor(db: Executor, escrow: string): Promise<Cursor | undefined> {
  const [row] = await db.select().from(chainCursors).where(eq(chainCursors.escrow, escrow));
  return row;
}

/** Makes a cursor at the contract's first block, where there is none. */
export async function createCursor(db: Executor, cursor: Cursor): Promise<void> {
  await db.insert(chainCursors).values(cursor).onConflictDoNothing();
}

/**
 * Moves a cursor from one block to a later one. False when it was not at `from`: another process
 * has moved it, and the caller's transaction must not be kept.
 */
export async function advanceCursor(
  db: Executor,
  escrow: string,
  from: bigint,
  to: bigint,
): Promise<boolean> {
  const moved = await db
    .update(chainCursors)
    .set({ nextBlock: to })
    .where(and(eq(chainCursors.escrow, escrow), eq(chainCursors.nextBlock, from)))
    .returning();
  return moved.length === 1;
}

/** Sets every cursor above `nextBlock` back to it. */
export async function rewindCursors(db: Executor, nextBlock: bigint): Promise<void> {
  await db.update(chainCursors).set({ nextBlock }).where(gt(chainCursors.nextBlock, nextBlock));
}
