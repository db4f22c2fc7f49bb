import { isContentUsed, lockContent } from "@trainchain/db";
import { deleteUpload, listEndedUploads, lockUpload } from "@trainchain/db/market";
import type { Deps } from "../deps.ts";

/**
 * Deletes finished uploads that no money stands for when their time is over, and an adapter's content if nothing else
 * needs it. Killed at any point it goes on the next time: the row goes last.
 */
export async function endUploads(
  { connection: { db }, storage, uploads }: Pick<Deps, "connection" | "storage" | "uploads">,
  times: { before: Date; chainTime: Date },
): Promise<void> {
  for (const { id } of await listEndedUploads(db, times)) {
    await db.transaction(async (tx) => {
      // Whoever makes a draft of it locks it too; only then is it sure that none was made.
      await lockUpload(tx, id);
      const [upload] = await listEndedUploads(tx, { ...times, id });
      if (!upload) return;
      if (upload.cid) {
        await lockContent(tx, upload.cid);
        if (!(await isContentUsed(tx, upload.cid, { uploadId: id }))) await storage.remove(upload.cid);
      }
      await uploads.remove(id);
      await deleteUpload(tx, id);
    });
  }
}
