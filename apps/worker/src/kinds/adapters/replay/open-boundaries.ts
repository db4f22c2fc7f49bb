import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { HandedOver, Replay } from "@trainchain/db/replays";
import { listBoundaries, secondsAway } from "@trainchain/db/replays";
import type { AdapterJobForWork } from "@trainchain/db/work";
import {
  type Address,
  boundaryContext,
  type CheckResult,
  replayTerms,
  statesAtOnce,
  TrainChainError,
  verdictDeadlines,
} from "@trainchain/protocol";
import { leadsToRoot, leafOfFile } from "@trainchain/protocol/node";
import { sealedBytesOf } from "@trainchain/storage";
import { assertKeysFit } from "../../../deliveries/fetch-delivery.ts";
import { fetchUnsealed } from "../../../deliveries/seal-file.ts";
import { sealedJob } from "../../../deliveries/sealed-job.ts";
import { slotOf } from "../../../deliveries/slot-of.ts";
import type { WorkerDeps } from "../../../deps.ts";
import { assertRoom, hasRoom } from "../../../with-temp-dir.ts";
import type { Drawn } from "../../kind-work.ts";
import { disproved, notReplayed } from "../checks/replay.ts";

/** The boundaries that were handed over, of which those lie here in the clear that are worked on. */
export interface States {
  /** The drawn segments, in the groups whose boundaries have room here together: usually one. */
  groups: readonly number[][];
  /**
   * Lays these down, each shown to be one that the delivery commits to; or says why it is refused.
   * @throws where the storage lost or cannot deliver what the platform's API took in
   */
  open(boundaries: readonly number[]): Promise<CheckResult | undefined>;
  /** Removes all but these. */
  keepOnly(boundaries: readonly number[]): Promise<void>;
  fileOf(boundary: number): string;
}

/**
 * The boundaries that were asked for; undefined while some may still come, and why the delivery is refused where they
 * did not.
 * @throws TrainChainError `disk-full` where there is not even room for two segments' ends
 */
export async function openBoundaries(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  drawn: Drawn,
  dir: string,
): Promise<States | CheckResult | undefined> {
  const { replay } = drawn;
  const handed = await listBoundaries(deps.db, replay);
  const newest = new Map(handed.filter(({ cid }) => cid !== null).map((one) => [one.boundary, one]));
  const missing = replay.asked.filter((boundary) => !newest.has(boundary));
  if (missing.length > 0) return hearMissing(deps, found, drawn, { handed, missing });
  const isRoomForAll = await hasRoom(dir, replay.asked.length * replay.boundaryBytes);
  if (!isRoomForAll) await assertRoom(dir, statesAtOnce * replay.boundaryBytes);
  const folder = join(dir, "boundaries");
  await mkdir(folder);
  const fileOf = (boundary: number) => join(folder, `${boundary}.safetensors`);
  const open = new Set<number>();
  return {
    groups: isRoomForAll ? [replay.drawn] : replay.drawn.map((segment) => [segment]),
    fileOf,
    async open(boundaries) {
      for (const boundary of boundaries) {
        if (open.has(boundary)) continue;
        const refusal = await openOne(deps, found, replay, newest.get(boundary)!, fileOf(boundary));
        if (refusal) return refusal;
        open.add(boundary);
      }
      return undefined;
    },
    async keepOnly(boundaries) {
      for (const boundary of [...open].filter((one) => !boundaries.includes(one))) {
        await rm(fileOf(boundary));
        open.delete(boundary);
      }
    },
  };
}

/**
 * What is said of a delivery of which something is missing: that it was withheld, once the time to hand over is over,
 * nothing of it is on its way or half of the review period is over too, and the storage, which takes it in,
 * delivers what the platform itself put there. Time counts while the platform's API is there to ask and to hand over to,
 * whatever room it has for all else. Late in the review as much of it is enough as handing over takes; where it does not
 * come to that until near its end, nothing is judged by it.
 */
async function hearMissing(
  { db, storage }: WorkerDeps,
  { job, prepared }: AdapterJobForWork,
  { replay, submission, timestamp }: Drawn,
  { handed, missing }: { handed: readonly HandedOver[]; missing: readonly number[] },
): Promise<CheckResult | undefined> {
  const { submittedAt } = submission;
  const { reviewPeriodSeconds } = job;
  const { openShare, arrivalShare, latestShare, lastShare, enoughShare, inTime } = replayTerms;
  const askedBy = replay.openBy.getTime() / 1000;
  const drawnAt = (replay.drawnAt?.getTime() ?? 0) / 1000 || askedBy - openShare * reviewPeriodSeconds;
  const away = (how?: { atMost: boolean }) => secondsAway(db, "api", new Date(1_000 * drawnAt), how);
  const openBy = askedBy + (await away());
  const at = (share: number) => submittedAt.getTime() / 1000 + share * reviewPeriodSeconds;
  if (timestamp < openBy) {
    const takes = (replay.asked.length * replay.boundaryBytes) / inTime.bytesPerSecond;
    const enough = Math.max(enoughShare * reviewPeriodSeconds, takes);
    if (timestamp < Math.max(askedBy, at(latestShare))) return undefined;
    if (Number(timestamp) - drawnAt - (await away({ atMost: true })) < enough)
      return timestamp < at(lastShare) ? undefined : unasked;
  }
  const { verdictBy } = verdictDeadlines({ submittedAt, reviewPeriodSeconds });
  const arrivalSeconds = arrivalShare * reviewPeriodSeconds;
  // Begun is soon said: it holds up the verdict until the end of the review by no means.
  const last = Math.max(askedBy + arrivalSeconds, at(lastShare));
  const arrivesBy = Math.min(Math.max(verdictBy, openBy + arrivalSeconds), last);
  if (timestamp < arrivesBy && isOnItsWay(handed, replay, { openBy, timestamp })) return undefined;
  await storage.get(prepared.specCid).then((spec) => text(spec));
  return withheld(replay, missing);
}

/**
 * Whether something was still coming when the time to hand over ended, or comes now, one after the other: so long after
 * the last began or was here as it takes to seal and send the next.
 */
function isOnItsWay(
  handed: readonly HandedOver[],
  { boundaryBytes }: Replay,
  { openBy, timestamp }: { openBy: number; timestamp: bigint },
): boolean {
  const { steadySeconds, inTime } = replayTerms;
  const since = Number(timestamp) - Math.max(steadySeconds, (2 * boundaryBytes) / inTime.bytesPerSecond);
  return handed.some(({ createdAt, finishedAt }) => {
    const cameAt = (finishedAt ?? createdAt).getTime() / 1000;
    return cameAt > since || (finishedAt === null && cameAt < openBy);
  });
}

const unasked = notReplayed(
  "The platform was not there to be asked and handed the states of the training for long enough: nothing is judged by it.",
);

function withheld({ segments, asked, openBy }: Replay, missing: readonly number[]): CheckResult {
  return disproved(
    `Of the states between the ${segments} stages of its training, ${asked.length} were asked for by ${openBy.toISOString()}, and ${missing.length} were not handed over.`,
  );
}

async function openOne(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  { contributor, segments, root, boundaryBytes }: Replay,
  { boundary, cid, path }: HandedOver,
  file: string,
): Promise<CheckResult | undefined> {
  const slot = slotOf(found, contributor);
  const sealedTo = { ...sealedJob(deps, found), slot, contributor: contributor as Address, boundary };
  const maxBytes = sealedBytesOf(boundaryBytes);
  try {
    await fetchUnsealed(deps, { cid: cid ?? "", context: boundaryContext(sealedTo), path: file, maxBytes });
  } catch (error) {
    if (!(error instanceof TrainChainError)) throw error;
    if (error.code === "sealing-failed") await assertKeysFit(deps, found);
    if (error.code === "sealing-failed" || error.code === "adapter-invalid" || error.code === "too-large")
      return disproved(`The state before stage ${boundary + 1} does not open: ${error.message}.`);
    throw error;
  }
  const at = { index: boundary, leaves: segments + 1, root };
  if (leadsToRoot(await leafOfFile(file), path, at)) return undefined;
  return disproved(
    `What was handed over as the state ${boundary === segments ? "after the last stage" : `before stage ${boundary + 1}`} is not the one that the delivery commits to.`,
  );
}
