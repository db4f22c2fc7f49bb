import { randomUUID } from "node:crypto";
import { type Executor, enqueueTask } from "@trainchain/db";
import {
  createDraft,
  findDraft,
  findDraftOfUpload,
  findUpload,
  lockRequestKey,
  lockUpload,
} from "@trainchain/db/market";
import { type DraftView, type JobKind, TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { unknownUpload } from "../uploads/receive-uploads.ts";
import { chainNow } from "./chain-clock.ts";
import { toDraftView } from "./draft-view.ts";

/** Makes a draft of a finished upload of the requester's, and queues its preparation. */
export async function openDraft(
  { connection, platform }: Deps,
  requested: { kind: JobKind; requester: string; uploadId: string; request: Record<string, unknown> },
): Promise<DraftView> {
  const { db } = connection;
  const { requester, uploadId } = requested;
  const upload = await findUpload(db, { id: uploadId, owner: requester });
  if (upload?.purpose !== "dataset") throw unknownUpload(uploadId);
  if (!upload.finishedAt) {
    throw new TrainChainError("not-ready", `the upload ${upload.id} is not finished`, {
      fix: "Send its missing bytes first (HEAD /uploads/{id} says where it stands).",
    });
  }
  const id = randomUUID();
  await db.transaction(async (tx) => {
    // Two requests at once for one dataset come here one after the other.
    if (!(await lockUpload(tx, upload.id))) throw unknownUpload(upload.id);
    const other = await findDraftOfUpload(tx, upload.id);
    if (other) {
      throw new TrainChainError("conflict", `the upload ${upload.id} belongs to another request`, {
        fix: "Upload the dataset again for a new request.",
      });
    }
    await assertKeyIsNew(tx, requester, requested.request.key);
    const createdAt = new Date();
    const rounds = Number(requested.request.rounds ?? 1);
    const firstDraftId = rounds > 1 ? id : undefined;
    await createDraft(tx, { id, ...requested, createdAt, firstDraftId });
    for (let round = 2; round <= rounds; round++)
      await createDraft(tx, { id: randomUUID(), ...requested, createdAt, firstDraftId, round });
    await enqueueTask(tx, "shard-dataset", { draftId: id }, { key: `shard-dataset/${id}` });
  });
  const draft = await findDraft(db, { id, requester, escrow: platform.escrow });
  if (!draft) throw new TrainChainError("internal", `the draft ${id} was written and not found`);
  return toDraftView(draft, platform, await chainNow(db));
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
