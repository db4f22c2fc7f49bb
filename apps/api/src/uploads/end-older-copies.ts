import { isContentUsed, lockContent } from "@trainchain/db";
import { dropContent } from "@trainchain/db/market";
import { listBoundaries, type SlotKey } from "@trainchain/db/replays";
import type { Deps } from "../deps.ts";

/**
 * Removes what came of a boundary before its newest copy, unless something else needs the same content, so that however
 * often one is handed over it lies here once. The rows stay: they are counted. Killed at any point it goes on with the
 * next copy.
 */
export async function endOlderCopies(
  { connection: { db }, storage }: Pick<Deps, "connection" | "storage">,
  { boundary, ...key }: SlotKey & { boundary: number },
): Promise<void> {
  const copies = (await listBoundaries(db, key)).flatMap(({ cid, ...copy }) =>
    cid !== null && copy.boundary === boundary ? { ...copy, cid } : [],
  );
  for (const { id, cid } of copies.slice(0, -1))
    await db.transaction(async (tx) => {
      await lockContent(tx, cid);
      if (!(await isContentUsed(tx, cid, { uploadId: id }))) await storage.remove(cid);
      await dropContent(tx, id);
    });
}
