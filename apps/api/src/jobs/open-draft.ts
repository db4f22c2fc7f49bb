import { randomUUID } from "node:crypto";
import type { Executor, Transaction } from "@trainchain/db";
import {
  findDraft,
  findDraftChangedFrom,
  findDraftOfUpload,
  findUpload,
  lockRequestKey,
  lockUpload,
} from "@trainchain/db/market";
import { type DraftView, type JobKind, TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import type { Repeatable } from "../http/idempotency.ts";
import { unknownUpload } from "../uploads/receive-uploads.ts";
import { assertEscrowTakes } from "./assert-escrow-takes.ts";
import { assertTermsKnown } from "./assert-terms-known.ts";
import { createDrafts } from "./create-drafts.ts";
import { draftViewer } from "./draft-view.ts";
import { findRepeated } from "./find-repeated.ts";

interface Requested {
  kind: JobKind;
  requester: string;
  uploadId: string;
  /** What is asked for, as it is kept: checked and completed only where it was not made before. */
  request: (db: Executor) => Promise<Record<string, unknown>>;
  /** Where the request has a key, by which it is known when it is sent again. */
  repeatable: Repeatable | undefined;
}

/** Makes a draft of a finished upload of the requester's, and queues its preparation. */
export async function openDraft(
  deps: Deps,
  { repeatable, request, ...requested }: Requested,
): Promise<DraftView> {
  const { connection, platform } = deps;
  const { db } = connection;
  const { requester } = requested;
  const facts = await deps.escrowFacts.find();
  const id = await db.transaction(async (tx) => {
    const made = { id: randomUUID(), createdAt: new Date() };
    const known = repeatable && (await findRepeated(tx, { ...repeatable, requester, ...made }));
    if (known !== undefined) return known;
    const kept = await request(tx);
    assertEscrowTakes(requested.kind, facts);
    assertTermsKnown(requested.kind, kept, facts, platform);
    await makeDraft(tx, { ...made, ...requested, request: kept });
    return made.id;
  });
  const draft = await findDraft(db, { id, requester, escrow: platform.escrow });
  if (!draft) throw gone(id, await findDraftChangedFrom(db, { id, requester }));
  return (await draftViewer(deps))(draft);
}

function gone(id: string, changedTo: string | undefined): TrainChainError {
  if (changedTo !== undefined)
    return new TrainChainError("conflict", `the draft ${id}, which this request made, was changed`, {
      fix: `Go on with the draft ${changedTo}, which it is now.`,
      facts: { draftId: changedTo },
    });
  return new TrainChainError("conflict", `the draft ${id}, which this request made, was deleted`, {
    fix: "Send the request under another Idempotency-Key to make another.",
  });
}

async function makeDraft(
  tx: Transaction,
  draft: Omit<Requested, "repeatable" | "request"> & {
    id: string;
    createdAt: Date;
    request: Record<string, unknown>;
  },
): Promise<void> {
  const { requester, uploadId, request } = draft;
  const upload = await findUpload(tx, { id: uploadId, owner: requester });
  if (upload?.purpose !== "dataset") throw unknownUpload(uploadId);
  if (!upload.finishedAt) {
    throw new TrainChainError("not-ready", `the upload ${upload.id} is not finished`, {
      fix: "Send its missing bytes first (HEAD /uploads/{id} says where it stands).",
    });
  }
  // Two requests at once for one dataset come here one after the other.
  if (!(await lockUpload(tx, upload.id))) throw unknownUpload(upload.id);
  const other = await findDraftOfUpload(tx, upload.id);
  if (other) {
    throw new TrainChainError("conflict", `the upload ${upload.id} belongs to another request`, {
      fix: "Upload the dataset again for a new request.",
    });
  }
  await assertKeyIsNew(tx, requester, request.key);
  await createDrafts(tx, draft);
}

/** One request a key: two at once come here one after the other. */
async function assertKeyIsNew(tx: Executor, requester: string, key: unknown): Promise<void> {
  if (typeof key !== "string") return;
  const other = await lockRequestKey(tx, { requester, key });
  if (other === undefined) return;
  throw new TrainChainError("conflict", `key: the request ${key} is the draft ${other} already`, {
    fix: "Go on with that draft, or delete it; another request needs another key.",
    facts: { draftId: other },
  });
}
