import {
  deleteEndedPushes,
  deleteExpiredLogins,
  deleteIdempotencyKeys,
  deleteTrials,
  endUnpaidDrafts,
  findChainTime,
  forgetNetworks,
} from "@trainchain/db/market";
import { trialLimits } from "@trainchain/protocol";
import type { Deps } from "./deps.ts";
import { idempotencyKeptMs } from "./http/idempotency.ts";
import { endUploads } from "./uploads/end-uploads.ts";

const intervalMs = 10 * 60_000;
/** Nothing that is still being stored has lain untouched for so long. */
const killedMs = 60 * 60_000;

/** Forgets what has expired, now and then every ten minutes. Returns how to stop. */
export function startCleanUp(deps: Deps): () => void {
  const run = () => void cleanUp(deps).catch((err) => deps.logger.warn({ err }, "the clean-up failed"));
  run();
  const timer = setInterval(run, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Forgets expired logins, unfinished uploads, browsers that take no more notices, old prompts and keys, and drafts and uploads that nobody paid for in time. */
export async function cleanUp(deps: Deps, now = new Date()): Promise<void> {
  const { connection, uploads, storage } = deps;
  await deleteExpiredLogins(connection.db, now);
  await uploads.removeStale(now);
  await deleteEndedPushes(connection.db);
  await deleteTrials(connection.db, new Date(now.getTime() - trialLimits.keptMs));
  await deleteIdempotencyKeys(connection.db, new Date(now.getTime() - idempotencyKeptMs));
  await storage.removeLeftovers(new Date(now.getTime() - killedMs));
  await endUnpaid(deps, now);
}

/** Whether something was paid for is known up to the newest indexed block: what came after has not ended yet. */
async function endUnpaid(deps: Deps, now: Date): Promise<void> {
  const { db } = deps.connection;
  const chainTime = await findChainTime(db);
  if (!chainTime) return;
  const before = new Date(Math.min(now.getTime(), chainTime.getTime()) - deps.platform.unpaidMs);
  await endUnpaidDrafts(db, { before, now });
  await endUploads(deps, { before, chainTime });
  await forgetNetworks(db, before);
}
