import { randomUUID } from "node:crypto";
import { enqueueTask, type Transaction } from "@trainchain/db";
import { createDraft } from "@trainchain/db/market";

/** Makes the draft of a request, and those of its later rounds where it asks for several, and queues its preparation. */
export async function createDrafts(tx: Transaction, draft: Parameters<typeof createDraft>[1]): Promise<void> {
  const rounds = Number(draft.request.rounds ?? 1);
  const firstDraftId = rounds > 1 ? draft.id : undefined;
  await createDraft(tx, { ...draft, firstDraftId });
  for (let round = 2; round <= rounds; round++)
    await createDraft(tx, { ...draft, id: randomUUID(), firstDraftId, round });
  await enqueueTask(tx, "shard-dataset", { draftId: draft.id }, { key: `shard-dataset/${draft.id}` });
}
