import { and, eq, isNull } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";

/** The draft of one round of a request, unless its requester deleted it. */
export async function findDraftOfRound(
  db: Executor,
  { firstDraftId, round }: { firstDraftId: string; round: number },
): Promise<typeof drafts.$inferSelect | undefined> {
  const [draft] = await db
    .select()
    .from(drafts)
    .where(and(eq(drafts.firstDraftId, firstDraftId), eq(drafts.round, round), isNull(drafts.deletedAt)));
  return draft;
}
