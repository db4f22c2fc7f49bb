import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { trialAnswers, trials } from "../schema/index.ts";

export interface TrialRecord {
  trial: typeof trials.$inferSelect;
  /** Null until a worker has begun. */
  answered: typeof trialAnswers.$inferSelect | null;
}

/** A prompt with the answers that are there so far. */
export async function findTrial(db: Executor, id: string): Promise<TrialRecord | undefined> {
  const [found] = await db
    .select({ trial: trials, answered: trialAnswers })
    .from(trials)
    .leftJoin(trialAnswers, eq(trialAnswers.trialId, trials.id))
    .where(eq(trials.id, id));
  return found;
}
