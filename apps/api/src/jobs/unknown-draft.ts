import { TrainChainError } from "@trainchain/protocol";

/** @param changedTo the draft that it goes on as, where it was changed */
export function unknownDraft(id: string, changedTo?: string): TrainChainError {
  return new TrainChainError("not-found", `you have no draft ${id}`, {
    fix:
      changedTo === undefined
        ? "GET /drafts lists yours."
        : `It was changed, and is the draft ${changedTo} now.`,
    facts: { draftId: id },
  });
}
