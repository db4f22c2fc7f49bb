import { notifyJobs } from "@trainchain/db/follow";
import { findStatesToCome, listReplays, saveReplay } from "@trainchain/db/replays";
import type { JobForWork } from "@trainchain/db/work";
import {
  type Address,
  askedBoundaries,
  type CheckResult,
  drawnSegments,
  formatBytes,
  openSecondsOf,
  quoteJob,
  type ReplayOutcome,
  replayTerms,
  segmentsInTime,
  spareStates,
  TrainChainError,
  verdictLimits,
} from "@trainchain/protocol";
import { drawSegments, freeBytesOf } from "@trainchain/protocol/node";
import type { Hash } from "viem";
import type { WorkerDeps } from "../deps.ts";
import type { CommittedTraining, Replayed } from "./committed-training.ts";
import type { Submission } from "./fetch-delivery.ts";
import { pendingReplays } from "./pending-replays.ts";
import type { Verdict } from "./record-verdict.ts";
import { slotOf } from "./slot-of.ts";

/**
 * Draws which segments of a delivered training are done again, by the block that the submission stands in, and writes
 * them down with the checks before; or why none is, and then adds that to the checks. Returns whether it waits now for
 * what it asked for.
 * @throws `not-ready` while the block is not deep enough to stay
 */
export async function drawReplay(
  deps: WorkerDeps,
  found: JobForWork,
  submission: Submission,
  { verdict, committed }: { verdict: Verdict; committed: CommittedTraining },
): Promise<boolean> {
  const { db, client, escrow, chainId, confirmations, log } = deps;
  const { job } = found;
  const { jobId } = job;
  const { contributor, adapterCid } = submission;
  const { steps, segments, boundaryBytes, segmentUses, root, arithmetic } = committed;
  const { reviewPeriodSeconds } = job;
  const { blockHash, blockNumber } = await client.getTransactionReceipt({
    hash: submission.transactionHash as Hash,
  });
  if ((await client.getBlockNumber({ cacheTime: 0 })) - blockNumber < BigInt(confirmations))
    throw new TrainChainError("not-ready", `block ${blockNumber} of the submission may still be replaced`);
  const slot = slotOf(found, contributor);
  const timestamp = Number((await client.getBlock()).timestamp);
  const sinceSubmission = timestamp - submission.submittedAt.getTime() / 1_000;
  const { shareWei } = quoteJob({ ...job, rewardWei: job.stakeWei });
  const { refusedBefore, others, few } = pendingReplays(found, await listReplays(db, job), slot);
  const inTime = segmentsInTime({
    ...{ segments, boundaryBytes, segmentUses, reviewPeriodSeconds, others, sinceSubmission },
    elsewhere: few * drawnSegments(segments, shareWei),
  });
  const count = drawnSegments(segments, shareWei, { refusedBefore, inTime });
  const from = { blockHash, chainId, escrow, jobId, slot, contributor: contributor as Address, adapterCid };
  const notJudged =
    committed.notJudged ??
    (sinceSubmission >= replayTerms.drawShare * reviewPeriodSeconds ? tooLate : undefined);
  const drawn = notJudged ? [] : drawSegments(from, { segments, count });
  const asked = notJudged ? [] : askedBoundaries(drawn, segments);
  if (!notJudged && sinceSubmission < verdictLimits.lastLookShare * reviewPeriodSeconds)
    await assertRoomForStates(deps, (asked.length + spareStates) * boundaryBytes);
  const openSeconds = openSecondsOf({ reviewPeriodSeconds, sinceSubmission });
  const [drawnAt, openBy] = [new Date(1_000 * timestamp), new Date(1_000 * (timestamp + openSeconds))];
  const replay = {
    ...{ escrow, jobId, contributor, adapterCid, blockNumber, blockHash, root, arithmetic, steps, segments },
    ...{ boundaryBytes, drawn, asked, drawnAt, openBy, checks: [...verdict.checks] },
    ...{ adapterSha256: verdict.adapterSha256 ?? "", sizeBytes: verdict.sizeBytes ?? 0 },
  };
  const judged = notJudged && { check: notJudged, distances: [] };
  await db.transaction(async (tx) => {
    await saveReplay(tx, { ...replay, ...(judged && judgedColumns(replay, judged)) });
    await notifyJobs(tx, [{ escrow, jobId }]);
  });
  log.info({ jobId, contributor, drawn, segments, openBy }, "drew what is trained again");
  if (!notJudged) return true;
  verdict.checks = [...verdict.checks, notJudged];
  return false;
}

/**
 * That what is asked for takes, with all that others were asked for, no more of the disk than leaves room for adapters:
 * each is asked in its turn. From half of the review period on it is asked for all the same, and no room is kept for it.
 * @throws TrainChainError `disk-full`
 */
async function assertRoomForStates({ db, escrow, dataDir }: WorkerDeps, bytes: number): Promise<void> {
  const all = (await findStatesToCome(db, escrow)).askedBytes + bytes;
  if (all <= replayTerms.mostOfFreeBytes * (await freeBytesOf(dataDir))) return;
  throw new TrainChainError("disk-full", `states of ${formatBytes(all)} are too much for the worker's disk`, {
    fix: "It is tried again by itself, and asked for from half of the review period on. Free some space there for more at once.",
  });
}

/** What came later was refused as absent, so that it was here for long: this is the platform's fault alone. */
const tooLate: CheckResult = {
  ...{ check: "replay", verdict: "skipped", figure: null, threshold: null },
  message: "The platform came to it near the end of the review period, too late to ask for what it takes.",
};

/** The columns that say what doing it again came to. */
export function judgedColumns(
  {
    root,
    steps,
    segments,
    blockNumber,
    blockHash,
    drawn,
    arithmetic,
  }: Omit<ReplayOutcome, "blockNumber" | "referee" | "distances"> & { blockNumber: bigint },
  { check, referee, distances }: Replayed,
): { check: Replayed["check"]; outcome: ReplayOutcome } {
  const known = { root, steps, segments, blockNumber: blockNumber.toString(), blockHash, drawn, arithmetic };
  return { check, outcome: { ...known, ...(referee === undefined ? {} : { referee }), distances } };
}
