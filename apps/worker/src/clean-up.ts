import { isContentUsed, lockContent, pause } from "@trainchain/db";
import { findChainTime } from "@trainchain/db/market";
import {
  deletePreparedJob,
  deleteWebhookDeliveries,
  listEndedDrafts,
  lockContentOfDraft,
} from "@trainchain/db/work";
import { webhookLimits } from "@trainchain/protocol";
import type { WorkerDeps } from "./deps.ts";

const intervalMs = 10 * 60_000;
/** Terms that were signed before their draft was deleted may be mined later: for so long its content is still there. */
const graceMs = 24 * 3_600_000;
/** Nothing that is still being stored has lain untouched for so long. */
const killedMs = 3_600_000;

/** Removes, now and every ten minutes, the content of drafts that were deleted and what killed puts have left. */
export async function keepClean(deps: WorkerDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await cleanUp(deps).catch((err: unknown) => deps.log.warn({ err }, "the clean-up failed"));
    await pause(intervalMs, signal);
  }
}

export async function cleanUp(
  { db, storage, log }: Pick<WorkerDeps, "db" | "storage" | "log">,
  now = new Date(),
): Promise<void> {
  await deleteWebhookDeliveries(db, new Date(now.getTime() - webhookLimits.keptMs));
  await storage.removeLeftovers(new Date(now.getTime() - killedMs));
  const chainTime = await findChainTime(db);
  if (!chainTime) return;
  const before = new Date(Math.min(now.getTime(), chainTime.getTime()) - graceMs);
  for (const draftId of await listEndedDrafts(db, before)) {
    await db.transaction(async (tx) => {
      const content = await lockContentOfDraft(tx, { draftId, before });
      if (content.length === 0) return;
      // Another round of the same request has the same shards. Killed in here, all of it is done again.
      for (const cid of content.toSorted()) {
        await lockContent(tx, cid);
        if (!(await isContentUsed(tx, cid, { draftId }))) await storage.remove(cid);
      }
      await deletePreparedJob(tx, { draftId, chainTime });
    });
    log.info({ draftId }, "removed the content of a deleted draft");
  }
}
