import { and, eq, gt, ne, notExists, sql } from "drizzle-orm";
import type { Database } from "../connect.ts";
import { enqueueTask } from "../queue/enqueue-tasks.ts";
import { trialAnswers, trials } from "../schema/index.ts";

/**
 * Keeps a prompt and queues its answering; false where the requester still waits for another one, asked after
 * `waitingSince`. Two that come at once are decided one after the other.
 */
export async function createTrial(
  db: Database,
  trial: typeof trials.$inferSelect,
  waitingSince: Date,
): Promise<boolean> {
  const { id, requester } = trial;
  return db.transaction(async (tx) => {
    const lock = `trainchain/trial/${requester}`;
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`);
    const ended = tx
      .select({ id: trialAnswers.trialId })
      .from(trialAnswers)
      .where(and(eq(trialAnswers.trialId, trials.id), ne(trialAnswers.status, "answering")));
    const waiting = await tx
      .select({ id: trials.id })
      .from(trials)
      .where(and(eq(trials.requester, requester), gt(trials.askedAt, waitingSince), notExists(ended)));
    if (waiting.length > 0) return false;
    await tx.insert(trials).values(trial);
    // One at a time on the whole platform: each answering has a model of its own in memory.
    await enqueueTask(tx, "try-result", { trialId: id }, { key: "try-result", serial: true });
    return true;
  });
}
