import { deleteExpiredLogins, deleteTrials } from "@trainchain/db/market";
import { trialLimits } from "@trainchain/protocol";
import type { Deps } from "./deps.ts";

const intervalMs = 10 * 60_000;

/** Forgets expired logins, unfinished uploads and old prompts, now and then every ten minutes. Returns how to stop. */
export function startCleanUp({ connection, uploads, logger }: Deps): () => void {
  const cleanUp = async () => {
    const now = new Date();
    await deleteExpiredLogins(connection.db, now);
    await uploads.removeStale(now);
    await deleteTrials(connection.db, new Date(now.getTime() - trialLimits.keptMs));
  };
  const run = () => void cleanUp().catch((err) => logger.warn({ err }, "the clean-up failed"));
  run();
  const timer = setInterval(run, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
