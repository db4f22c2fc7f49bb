import { type Database, isContentUsed, lockContent } from "@trainchain/db";
import type { Storage } from "@trainchain/storage";

/** A storage that remembers what was put into it, so that work which comes to nothing can take it out again. */
export function rememberPuts(storage: Storage): { storage: Storage; cids: ReadonlySet<string> } {
  const cids = new Set<string>();
  const put: Storage["put"] = async (...content) => {
    const stored = await storage.put(...content);
    cids.add(stored.cid);
    return stored;
  };
  return { storage: { ...storage, put }, cids };
}

/** Removes content that no row names. What was written with a lost answer is named, and stays. */
export async function removeUnused(db: Database, storage: Storage, cids: Iterable<string>): Promise<void> {
  for (const cid of cids) {
    await db.transaction(async (tx) => {
      await lockContent(tx, cid);
      if (!(await isContentUsed(tx, cid, {}))) await storage.remove(cid);
    });
  }
}
