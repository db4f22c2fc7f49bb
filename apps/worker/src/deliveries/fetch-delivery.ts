import { text } from "node:stream/consumers";
import { secondsAway } from "@trainchain/db/replays";
import { hasAdapterUnderWay, type JobForWork, wasTakenIn } from "@trainchain/db/work";
import {
  type CheckResult,
  cidSchema,
  dataDraftOf,
  holdoutContext,
  TrainChainError,
  verdictDeadlines,
} from "@trainchain/protocol";
import { isAbsent, unseal } from "@trainchain/storage";
import type { WorkerDeps } from "../deps.ts";
import { fetchAdapter } from "./sealed-job.ts";
import { sealedToSlot, unsealed } from "./sealed-to-slot.ts";

export type Submission = JobForWork["submissions"][number];

/**
 * Fetches a delivery in the clear to `path`; returns why it is refused where it cannot be opened and never will be.
 * The age of the submission on the chain's clock decides about content that does not come, not how often it was asked
 * for; and what the store lacks is the delivery's fault only while the store delivers what this platform put there, and
 * never where the platform's API took it in. Time in which the API was away, or could store nothing, does not count; but
 * what has not come while the escrow takes refusals is refused: nothing is paid for what nobody has.
 * @throws what says nothing of the delivery, or nothing yet
 */
export async function fetchDelivery(
  deps: WorkerDeps,
  found: JobForWork,
  submission: Submission,
  path: string,
): Promise<CheckResult | undefined> {
  if (!cidSchema.safeParse(submission.adapterCid).success)
    return unsealed("What was submitted is not the CID of any content.");
  try {
    await fetchAdapter(deps, found, submission, path);
    return undefined;
  } catch (error) {
    if (!(error instanceof TrainChainError)) throw error;
    if (error.code === "sealing-failed") await assertKeysFit(deps, found);
    return wrongContent(error) ?? (await missingContent(deps, found, submission, error));
  }
}

/** That this platform's keys open what it sealed itself for the same job: with others they open no delivery at all. */
export async function assertKeysFit(
  { storage, keys }: WorkerDeps,
  { prepared, job }: JobForWork,
): Promise<void> {
  const { spec, holdoutCid } = prepared;
  const context = holdoutContext({ draftId: dataDraftOf(spec) });
  try {
    const plain = await unseal(await storage.get(holdoutCid), await keys.identityFor(context));
    // The first piece is authentic, or there is none; the rest is not read.
    const reader = plain.getReader();
    await reader.read();
    await reader.cancel();
  } catch (cause) {
    const about = `the platform's keys do not open the holdout of job ${job.jobId} either`;
    throw new TrainChainError("configuration-invalid", `${about}, so nothing is known of its deliveries`, {
      fix: "Set SEALING_SECRET to the secret with which the job was prepared.",
      cause,
    });
  }
}

/** The content came, and is not what was asked for. */
function wrongContent({ code, message }: TrainChainError): CheckResult | undefined {
  if (code === "sealing-failed")
    return unsealed(`The file does not open with the key of this job, slot and contributor: ${message}.`);
  if (code === "adapter-invalid" || code === "too-large")
    return { ...sealedToSlot, check: "safetensors", verdict: "failed", message };
  return undefined;
}

async function missingContent(
  deps: WorkerDeps,
  { job, prepared }: JobForWork,
  { adapterCid, contributor, submittedAt }: Submission,
  error: TrainChainError,
): Promise<CheckResult> {
  const { db, storage, client } = deps;
  const { reviewPeriodSeconds } = job;
  const deadlines = verdictDeadlines({ submittedAt, reviewPeriodSeconds });
  const { timestamp } = await client.getBlock();
  const later = new TrainChainError("storage-unavailable", error.message, { cause: error });
  if (timestamp < deadlines.contentBy || (await wasTakenIn(db, adapterCid))) throw later;
  // Where this fails, the store is away, or has lost all.
  await storage
    .get(prepared.specCid)
    .then((spec) => text(spec))
    .catch(() => {
      throw later;
    });
  if (isAbsent(error) || (await lacks(storage, adapterCid))) {
    const awaySeconds = await secondsAway(db, "api", submittedAt, { forAdapters: true });
    if (await mayStillCome(db, { contributor, timestamp, awaySeconds, ...deadlines })) throw later;
    // It may have come whole since it was asked for.
    if (await wasTakenIn(db, adapterCid)) throw later;
    return unsealed(absence(Number(timestamp) - submittedAt.getTime() / 1_000, awaySeconds));
  }
  if (timestamp < deadlines.verdictBy) throw later;
  return unsealed("The store, which delivers other content, could not deliver that of the submitted CID.");
}

/**
 * Whether content that was committed to had no time to come yet in which this platform would have taken it in, or is on
 * its way. That ends while the escrow still takes refusals.
 */
async function mayStillCome(
  db: WorkerDeps["db"],
  {
    contributor,
    timestamp,
    awaySeconds,
    contentBy,
    arrivesBy,
    absentBy,
  }: { contributor: string; timestamp: bigint; awaySeconds: number } & ReturnType<typeof verdictDeadlines>,
): Promise<boolean> {
  if (timestamp >= absentBy) return false;
  if (timestamp < contentBy + awaySeconds) return true;
  return timestamp < arrivesBy + awaySeconds && (await hasAdapterUnderWay(db, contributor));
}

function absence(ageSeconds: number, awaySeconds: number): string {
  const minutes = (seconds: number) => `${Math.floor(seconds / 60)} minutes`;
  const away = awaySeconds >= 60 ? `, of which the platform was away for ${minutes(awaySeconds)}` : "";
  return `The store has no such content under the submitted CID, ${minutes(ageSeconds)} after its submission${away}.`;
}

/** Whether the store says that it lacks content that it could not deliver; some search for it until time runs out. */
async function lacks(storage: WorkerDeps["storage"], cid: string): Promise<boolean> {
  return storage.has(cid).then(
    (has) => !has,
    () => false,
  );
}
