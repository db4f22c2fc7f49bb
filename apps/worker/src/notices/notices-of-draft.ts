import type { findDraftForNotice } from "@trainchain/db/work";
import type { WalletNotice } from "./notices-of-job.ts";

type Found = NonNullable<Awaited<ReturnType<typeof findDraftForNotice>>>;

/** That a draft, also of a later round, waits for its requester's signature, or why it cannot be prepared. */
export function noticesOfDraft({ draft, preparation }: Found): WalletNotice[] {
  const { status, error, updatedAt } = preparation;
  if (status === "preparing" || draft.deletedAt) return [];
  const type = status === "ready" ? "draft.ready" : "draft.failed";
  return [
    {
      wallet: draft.requester,
      at: updatedAt,
      key: `${type}/${draft.id}`,
      notice: {
        type,
        timestamp: updatedAt.toISOString(),
        data: {
          draftId: draft.id,
          round: draft.round,
          ...(error && { code: error.code, message: error.message }),
        },
      },
    },
  ];
}
