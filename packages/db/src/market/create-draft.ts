import type { JobKind } from "@trainchain/protocol";
import type { Executor } from "../connect.ts";
import { drafts } from "../schema/index.ts";

export async function createDraft(
  db: Executor,
  draft: {
    id: string;
    kind: JobKind;
    requester: string;
    uploadId: string;
    request: Record<string, unknown>;
    createdAt: Date;
    firstDraftId?: string | undefined;
    changedFromId?: string | null;
    round?: number;
  },
): Promise<void> {
  await db.insert(drafts).values(draft);
}
