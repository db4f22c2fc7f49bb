import { lt } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { trials } from "../schema/index.ts";

/** Forgets prompts that were asked before a moment. */
export async function deleteTrials(db: Executor, askedBefore: Date): Promise<void> {
  await db.delete(trials).where(lt(trials.askedAt, askedBefore));
}
