import { eq, lt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { trialAnswers, trials } from "../schema/index.ts";

type Answers = typeof trialAnswers.$inferInsert;

/** A prompt that waits for its answers; undefined once its asking is forgotten or its answering is over. */
export async function findTrialToAnswer(
  db: Executor,
  id: string,
): Promise<typeof trials.$inferSelect | undefined> {
  const [found] = await db
    .select({ trial: trials, status: trialAnswers.status })
    .from(trials)
    .leftJoin(trialAnswers, eq(trialAnswers.trialId, trials.id))
    .where(eq(trials.id, id));
  return found?.status === null || found?.status === "answering" ? found.trial : undefined;
}

/** Records how far the answering of a prompt has come, in place of what was recorded before. */
export async function saveTrialAnswers(
  db: Executor,
  answers: Pick<Answers, "trialId" | "status"> & Partial<Answers>,
): Promise<void> {
  const row = { answers: [], error: null, updatedAt: new Date(), ...answers };
  await db.insert(trialAnswers).values(row).onConflictDoUpdate({ target: trialAnswers.trialId, set: row });
}

/** Forgets answers that were written before a moment. */
export async function deleteTrialAnswers(db: Executor, writtenBefore: Date): Promise<void> {
  await db.delete(trialAnswers).where(lt(trialAnswers.updatedAt, writtenBefore));
}
