import { enqueueTask } from "@trainchain/db";
import {
  type DraftToPrepare,
  findDraftToPrepare,
  findPreparation,
  type Preparation,
  savePreparation,
} from "@trainchain/db/work";
import { type TaskPayloads, TrainChainError, verdictLimits } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { workOf } from "../kinds/index.ts";
import { removeUpload } from "../open-upload.ts";
import { rememberPuts, removeUnused } from "../stored-in-vain.ts";
import { withTempDir } from "../with-temp-dir.ts";

/**
 * Prepares a draft: checks its dataset, keeps a holdout, shuffles and splits the rest, seals and stores every part,
 * and stores the public spec that the requester's terms will name. Until the last transaction nothing is visible
 * but stored ciphertext that nobody knows of, so it may be killed and run again at any point. The upload is removed
 * once the draft is decided; a deleted draft is not prepared at all.
 */
export function createPrepareDraft(deps: WorkerDeps) {
  const { db, dataDir, tempDir, log } = deps;

  return async ({ draftId }: TaskPayloads["shard-dataset"]): Promise<void> => {
    const draft = await findDraftToPrepare(db, draftId);
    if (!draft) return;
    const before = await findPreparation(db, draftId);
    if (!draft.deletedAt && (before?.status ?? "preparing") === "preparing") await decide(draft, before);
    await enqueueTask(db, "send-notices", { draftId }, { key: `send-notices/draft/${draftId}` });
    // Nobody reads the plain rows any more: they are sealed and stored, refused, or not wanted.
    await removeUpload(dataDir, draft.uploadId);
  };

  /** Prepares a draft or writes down why it cannot be: at once, or where it ended a program, when it has done so twice. */
  async function decide(draft: DraftToPrepare, before: Preparation | undefined): Promise<void> {
    const draftId = draft.id;
    const died = before?.error ?? null;
    if (died && Date.now() < before!.updatedAt.getTime() + 1_000 * verdictLimits.restSeconds)
      throw new TrainChainError("not-ready", "it is too early to try again what ended a program");
    await savePreparation(db, { draftId, status: "preparing", error: died });
    const remembered = rememberPuts(deps.storage);
    try {
      await withTempDir(tempDir, (dir) =>
        workOf(draft.kind).prepare({ ...deps, storage: remembered.storage }, draft, dir),
      );
      log.info({ draftId }, "prepared");
    } catch (error) {
      // Each try seals anew, to other CIDs: what this one has stored is of no use to the next.
      await removeUnused(db, deps.storage, remembered.cids).catch((err: unknown) =>
        log.warn({ err, draftId }, "could not remove what was stored in vain"),
      );
      if (!(error instanceof TrainChainError) || error.mayRetry || error.code === "internal") throw error;
      const { code, message, fix, facts } = error;
      if (facts.endedProgram && !died) {
        await savePreparation(db, { draftId, status: "preparing", error: { code, message, fix } });
        throw new TrainChainError("not-ready", message, { cause: error });
      }
      await savePreparation(db, {
        draftId,
        status: "failed",
        report: (facts.report as Record<string, unknown> | undefined) ?? null,
        error: { code, message, fix },
      });
      log.info({ draftId, code, message }, "cannot be prepared");
    }
  }
}
