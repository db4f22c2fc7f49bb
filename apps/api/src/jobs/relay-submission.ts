import { assertSignedByKey, findEscrowVersion, submissionTypedData } from "@trainchain/chain";
import { enqueueTask, isUnproven } from "@trainchain/db";
import { findJob, findSlot, type SlotRow } from "@trainchain/db/market";
import {
  type Address,
  commitFrom,
  isKnownKind,
  type JobKind,
  kindOf,
  type SubmitAdapter,
  TrainChainError,
  type UnknownKind,
} from "@trainchain/protocol";
import { hashTypedData, zeroAddress } from "viem";
import type { Deps } from "../deps.ts";
import { isSignedForEscrow } from "../login/is-signed-by.ts";
import { noSlot } from "../routes/get-assignment.ts";
import { chainNow } from "./chain-clock.ts";

/**
 * Queues a contributor's signed submission for the escrow, once it is known to be awaited in one of the platform's own jobs, signed for the slot and,
 * unless the slot's deadline is near, stored; of newcomers whose slot the platform paid for, an upload has to have begun
 * even then. `caller` is the signed-in wallet, `path` the route's: jobs of other kinds are handed in elsewhere.
 */
export function createRelay({ connection, chain, platform, storage }: Deps) {
  const { db } = connection;
  const { escrow, chainId } = platform;

  async function assertSigned(submission: SubmitAdapter, slot: SlotRow): Promise<void> {
    const { jobId, contributor, adapterCid, signature } = submission;
    const delegate = slot.delegate as Address;
    const domain = { chainId, escrow, version: await findEscrowVersion(chain, escrow) };
    if (!platform.relayContractSigners)
      return assertSignedByKey(chain, { ...domain, delegate, signature }, submission);
    const typedData = submissionTypedData(domain, { jobId, contributor, adapterCid });
    const hash = hashTypedData(typedData);
    const signers = [delegate, contributor].filter((signer) => signer !== zeroAddress);
    for (const signer of signers) {
      if (await isSignedForEscrow(chain, signer, hash, signature)) return;
    }
    throw new TrainChainError(
      "signature-invalid",
      "the submission is signed neither by the slot's wallet nor by its delegate",
      {
        fix: "Sign Submission(jobId, contributor, adapterCid) for this escrow and chain with one of these keys.",
      },
    );
  }

  return async (submission: SubmitAdapter, { caller, path }: { caller: string; path: string }) => {
    const { jobId, contributor, adapterCid, signature } = submission;
    if (contributor !== caller) {
      throw new TrainChainError("forbidden", "a submission is relayed for the signed-in wallet only", {
        fix: "Sign in as the slot's wallet.",
      });
    }
    const [job, slot, now] = await Promise.all([
      findJob(db, { escrow, jobId }),
      findSlot(db, { escrow, jobId, contributor }),
      chainNow(db),
    ]);
    if (!job?.own || !slot) throw noSlot(jobId);
    assertHandedInBy(job.kind, path);
    assertAwaited(job.status, slot, now);
    await assertSigned(submission, slot);
    const unseen = mayComeLater(job, slot, now) && !(await isUnproven(db, { escrow, jobId, contributor }));
    if (!unseen && !(await storage.has(adapterCid))) {
      throw new TrainChainError("not-ready", `the storage has no content ${adapterCid}`, {
        fix: "Upload the sealed file first (POST /uploads).",
      });
    }
    await enqueueTask(
      db,
      "relay-submission",
      { escrow, jobId: jobId.toString(), contributor, adapterCid, signature },
      { key: `relay-submission/${escrow}/${jobId}/${contributor}` },
    );
  };
}

/** So near to the deadline the submission comes first: the file may be sent afterwards, and the bond is at stake. */
function mayComeLater(
  { trainingPeriodSeconds }: { trainingPeriodSeconds: number },
  { deadline }: SlotRow,
  now: Date,
): boolean {
  if (!deadline) return false;
  return now.getTime() >= 1_000 * commitFrom({ deadline: deadline.getTime() / 1_000, trainingPeriodSeconds });
}

function assertHandedInBy(kind: JobKind | UnknownKind, path: string): void {
  const own = isKnownKind(kind) ? kindOf(kind).trainer.submission.path : undefined;
  if (own === path) return;
  throw new TrainChainError("conflict", `a job of kind ${kind} is not handed in here`, {
    fix: own === undefined ? "This platform takes no deliveries of such jobs." : `Use POST ${own}.`,
  });
}

function assertAwaited(jobStatus: string, slot: SlotRow, now: Date): void {
  if (jobStatus !== "open") {
    throw new TrainChainError(
      "conflict",
      `job ${slot.jobId} is ${jobStatus}: nothing can be submitted any more`,
      {
        fix: "Nothing is left to do for this job.",
      },
    );
  }
  if (slot.status !== "accepted") {
    throw new TrainChainError("conflict", `your slot of job ${slot.jobId} is ${slot.status} already`, {
      fix: "A submission is final; GET /jobs/{jobId}/verification says what became of it.",
    });
  }
  if (slot.deadline && slot.deadline < now) {
    throw new TrainChainError("conflict", `your slot's deadline was ${slot.deadline.toISOString()}`, {
      fix: "The slot can no longer deliver; take another job.",
    });
  }
}
