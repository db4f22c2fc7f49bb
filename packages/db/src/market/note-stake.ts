import type { SentStake } from "@trainchain/protocol";
import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts, llmFinetuneJobs } from "../schema/index.ts";

/**
 * Notes what a requester sent to stake for a draft of its own, also for one that was changed or deleted meanwhile.
 * Returns whether there is such a draft, prepared.
 */
export async function noteStake(
  db: Executor,
  { id, requester, stake }: { id: string; requester: string; stake: SentStake },
): Promise<boolean> {
  const [prepared] = await db
    .select({ specCid: llmFinetuneJobs.specCid })
    .from(drafts)
    .innerJoin(llmFinetuneJobs, eq(llmFinetuneJobs.draftId, drafts.id))
    .where(and(eq(drafts.id, id), eq(drafts.requester, requester)));
  if (!prepared) return false;
  await db
    .update(drafts)
    .set({ stake: { ...stake, ...prepared } })
    .where(eq(drafts.id, id));
  return true;
}
