import { encodeRejectAdapter, findEscrowVersion } from "@trainchain/chain";
import { enqueueTask } from "@trainchain/db";
import { notifyJobs } from "@trainchain/db/follow";
import { type JobForWork, requestTransaction, saveVerdict, type Verification } from "@trainchain/db/work";
import { type Address, type CheckResult, verdictOn } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { storeDocument } from "./seal-file.ts";

export interface Verdict {
  contributor: string;
  adapterCid: string;
  checks: readonly CheckResult[];
  adapterSha256?: string | null;
  sizeBytes?: number | null;
  heldOutLoss?: number | null;
  bitsPerByte?: number | null;
}

/**
 * Writes a verdict down, and with it what follows from it: for a refusal the public reason and the intent to reject
 * on chain, for either another look at the job. Returns whether the adapter was accepted.
 */
export async function recordVerdict(
  deps: WorkerDeps,
  { job }: JobForWork,
  verdict: Verdict,
): Promise<boolean> {
  const { db, storage, escrow } = deps;
  const key = { escrow, jobId: job.jobId };
  const { contributor, adapterCid } = verdict;
  const checks = [...verdict.checks];
  const said = verdictOn(checks);
  const reasonCid =
    said === "refused"
      ? await storeDocument(storage, {
          version: 1,
          escrow,
          jobId: job.jobId.toString(),
          contributor,
          adapterCid,
          checks,
        })
      : null;
  const row = { ...key, ...verdict, checks, verdict: said, reasonCid };
  const rejecting = reasonCid ? await rejection(deps, job.jobId, contributor, reasonCid) : undefined;
  await db.transaction(async (tx) => {
    await saveVerdict(tx, row);
    if (rejecting) await requestTransaction(tx, rejecting);
    await enqueueTask(
      tx,
      "advance-job",
      { escrow, jobId: job.jobId.toString() },
      { key: `advance-job/${escrow}/${job.jobId}` },
    );
    await notifyJobs(tx, [key]);
  });
  return said === "accepted";
}

/** Asks again for the rejection of an adapter that was refused earlier; an intent under way stays as it is. */
export async function repeatRejection(deps: WorkerDeps, { jobId, contributor, reasonCid }: Verification) {
  if (reasonCid) await requestTransaction(deps.db, await rejection(deps, jobId, contributor, reasonCid));
}

async function rejection(
  { client, escrow }: WorkerDeps,
  jobId: bigint,
  contributor: string,
  reasonCid: string,
) {
  // No refusal is called provable: the reasons are found in a file that is sealed, so not everybody can check them, and
  // nobody's bond is to be burned on our word.
  const provable = (await findEscrowVersion(client, escrow)) === "2" ? false : undefined;
  const named = { escrow, jobId, contributor: contributor as Address };
  const call = encodeRejectAdapter({ ...named, reasonCid, provable });
  return { purpose: `rejectAdapter/${escrow}/${jobId}/${contributor}`, to: call.to, data: call.data };
}
