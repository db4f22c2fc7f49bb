import type { Executor } from "@trainchain/db";
import { findJob, findSlot } from "@trainchain/db/market";
import { findReplay, listBoundaries, type SlotKey } from "@trainchain/db/replays";
import { TrainChainError } from "@trainchain/protocol";
import { sealedBytesOf } from "@trainchain/storage";

/** One that did not arrive as it was sent, or not whole, may be sent anew. */
const mostCopies = 10;
/** As often may all that is asked for lie here, whole or begun: somebody who only begins takes the room of others. */
const mostTimes = 2;

/**
 * The most bytes that the sealed file of a boundary may have.
 * @throws TrainChainError `not-found` where it is not asked of the caller
 */
export async function maxBytesOfBoundary(
  db: Executor,
  { boundary, ...key }: SlotKey & { boundary: number },
): Promise<number> {
  const [job, slot, replay] = await Promise.all([findJob(db, key), findSlot(db, key), findReplay(db, key)]);
  const isOpen = job?.status === "open" && slot?.status === "submitted";
  if (!isOpen || replay?.check !== null || !replay.asked.includes(boundary))
    throw new TrainChainError("not-found", `boundary ${boundary} of job ${key.jobId} is not asked of you`, {
      fix: "GET /jobs/{jobId}/replay says what is.",
    });
  return sealedBytesOf(replay.boundaryBytes);
}

/**
 * That a boundary was not begun to be handed over too often already, whether or not it arrived, and that not too much of
 * the delivery's lies here. Under the lock of uploads, so that many at once are counted.
 * @throws TrainChainError `conflict`
 */
export async function assertFewCopies(
  db: Executor,
  { boundary, sizeBytes, ...key }: SlotKey & { boundary: number; sizeBytes: number },
): Promise<void> {
  const [all, replay] = await Promise.all([listBoundaries(db, key), findReplay(db, key)]);
  const begun = all.filter((one) => one.boundary === boundary);
  const most = mostTimes * (replay ? replay.asked.length * sealedBytesOf(replay.boundaryBytes) : 0);
  if (all.reduce((sum, one) => sum + one.sizeBytes, sizeBytes) > most)
    throw new TrainChainError("conflict", `too much lies here of what is asked of you for job ${key.jobId}`, {
      fix: "Go on with what was begun (HEAD and PATCH /uploads/{id}), or delete it.",
    });
  if (begun.length >= mostCopies)
    throw new TrainChainError(
      "conflict",
      `boundary ${boundary} of job ${key.jobId} came ${mostCopies} times`,
      {
        fix: "Go on with one that was begun (HEAD and PATCH /uploads/{id}), or delete it.",
      },
    );
}
