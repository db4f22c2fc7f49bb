import { randomUUID } from "node:crypto";
import { findRecentJob, followStake, hasUnminedTransaction } from "@trainchain/chain";
import {
  changeDraftRequest,
  countChangedDrafts,
  type DraftRecord,
  deleteDraft,
  findDraft,
  findDraftChangedFrom,
  lockDraft,
} from "@trainchain/db/market";
import { type Address, changeRequest, type DraftChanges, TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import type { Repeatable } from "../http/idempotency.ts";
import { assertPossible } from "../kinds/index.ts";
import { assertTermsKnown } from "./assert-terms-known.ts";
import { createDrafts } from "./create-drafts.ts";
import { findRepeated } from "./find-repeated.ts";
import { isChangeable } from "./is-changeable.ts";
import { unknownDraft } from "./unknown-draft.ts";

/** Each change of a spec seals its data once more, while that of before stays for a day: so often an upload's may change. */
const mostChanges = 5;

interface Change {
  id: string;
  requester: string;
  changes: DraftChanges;
  /** Where the change has a key, by which it is known when it is sent again. */
  repeatable: Repeatable | undefined;
}

/**
 * Changes what a draft asks for, and returns the id that it goes on under. Terms alone change in place. Where the public
 * spec changes, another draft takes its place, prepared from the sealed data of this one: who signed the old spec
 * meanwhile, in another window, gets a job of it, because its data is still there.
 *
 * @throws TrainChainError `not-found` where the requester has no such draft; `conflict` where it is paid for or may be
 * at this moment, cannot change, or was changed too often; `invalid-input` where the changed request is not possible
 */
export async function changeDraft(
  deps: Deps,
  { id, requester, changes, repeatable }: Change,
): Promise<string> {
  const { connection, platform } = deps;
  const own = { id, requester, escrow: platform.escrow };
  const known = await findDraft(connection.db, own);
  // Before the lock: the chain's answer may take its time.
  if (known && isChangeable(known) && changeRequest(known.kind, known.request, changes).changesAny)
    await assertNotBeingPaid(deps, known);
  const facts = await deps.escrowFacts.find();
  return connection.db.transaction(async (tx) => {
    await lockDraft(tx, id);
    const createdAt = new Date();
    const goesOnAs = await findDraftChangedFrom(tx, { id, requester });
    const repeated = repeatable && (await findRepeated(tx, { ...repeatable, id, requester, createdAt }));
    if (repeated !== undefined) return goesOnAs ?? repeated;
    const draft = await findDraft(tx, own);
    if (!draft) throw unknownDraft(id, goesOnAs);
    assertChangeable(draft);
    const changed = changeRequest(draft.kind, draft.request, changes);
    assertPossible(draft.kind, changed.request, platform);
    assertTermsKnown(draft.kind, changed.request, facts, platform);
    if (draft.status === "ready" && !changed.changesSpec) {
      await changeDraftRequest(tx, { id, request: changed.request });
      return id;
    }
    const { kind, uploadId } = draft;
    // All drafts of an upload come here one after the other: only one of them is not deleted.
    if ((await countChangedDrafts(tx, uploadId)) >= mostChanges) throw changedTooOften(id);
    // One that could not be prepared has no data of its own.
    const changedFromId = draft.status === "ready" ? id : draft.changedFromId;
    const made = { id: randomUUID(), createdAt };
    await deleteDraft(tx, id, createdAt);
    await createDrafts(tx, { ...made, kind, requester, uploadId, request: changed.request, changedFromId });
    return made.id;
  });
}

function changedTooOften(id: string): TrainChainError {
  return new TrainChainError(
    "conflict",
    `the request of the draft ${id} was changed ${mostChanges} times already`,
    {
      fix: "Pay for it as it is, or request it anew with its file.",
    },
  );
}

function assertChangeable(draft: DraftRecord): void {
  if (isChangeable(draft)) return;
  const { id, status, round, jobId } = draft;
  const refused = (message: string, fix: string) => new TrainChainError("conflict", message, { fix });
  if (status === "listed")
    throw refused(
      `the draft ${id} is job ${jobId} on chain`,
      "What was staked for stands; request another job.",
    );
  if (status === "preparing")
    throw refused(`the draft ${id} is still being prepared`, "Change it once it is ready.");
  if (round > 1)
    throw refused(
      `the draft ${id} is round ${round} of a request`,
      "Its rounds share their terms: sign it, or delete it.",
    );
  throw refused(
    `the draft ${id} could not be prepared`,
    "Mend what its report names and request the job anew.",
  );
}

/** What its wallet has signed may be this very stake, mined and not listed yet, or still on its way. */
async function assertNotBeingPaid({ chain, platform }: Deps, draft: DraftRecord): Promise<void> {
  if (draft.status !== "ready" || draft.specCid === null) return;
  const { id, specCid } = draft;
  const requester = draft.requester as Address;
  const conflict = (message: string) =>
    new TrainChainError("conflict", message, { fix: "Wait until it is listed; what was signed stands." });
  const { escrow } = platform;
  // This node may not have heard of it.
  if (draft.stake && (await followStake(chain, { escrow, requester, ...draft.stake })) === "on its way")
    throw conflict(`the stake of the draft ${id} is on its way (${draft.stake.transaction})`);
  if (await hasUnminedTransaction(chain, requester))
    throw conflict(`a transaction of your wallet is on its way, and may be the stake of the draft ${id}`);
  const jobId = await findRecentJob(chain, { escrow, requester, specCid });
  if (jobId !== undefined) throw conflict(`the draft ${id} is paid for as job ${jobId}`);
}
