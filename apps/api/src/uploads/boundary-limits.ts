import type { Executor } from "@trainchain/db";
import { deleteUnfinished, findJob, findSlot } from "@trainchain/db/market";
import { findReplay, listBoundaries, type SlotKey } from "@trainchain/db/replays";
import { spareStates, TrainChainError } from "@trainchain/protocol";
import { sealedBytesOf } from "@trainchain/storage";

/** One that did not arrive as it was sent, or not whole, may be sent anew. */
const mostCopies = 10;

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
 * That a boundary was not begun to be handed over too often already, whether or not it arrived; and ends what was begun
 * first of the delivery's, where otherwise more would lie here than has room: what broke and was begun anew keeps nobody
 * from going on. Returns the ids of what ended, whose bytes are the caller's to remove. Under the lock of uploads, so that
 * many at once are counted.
 * @throws TrainChainError `conflict`
 */
export async function makeWayForCopy(
  db: Executor,
  { boundary, sizeBytes, ...key }: SlotKey & { boundary: number; sizeBytes: number },
): Promise<string[]> {
  const [all, replay] = await Promise.all([listBoundaries(db, key), findReplay(db, key)]);
  if (all.filter((one) => one.boundary === boundary).length >= mostCopies)
    throw new TrainChainError(
      "conflict",
      `boundary ${boundary} of job ${key.jobId} came ${mostCopies} times`,
      {
        fix: "Go on with one that was begun (HEAD and PATCH /uploads/{id}), or delete it.",
      },
    );
  const most = replay ? (replay.asked.length + spareStates) * sealedBytesOf(replay.boundaryBytes) : 0;
  let bytes = all.reduce((sum, one) => sum + one.sizeBytes, sizeBytes);
  const ended: string[] = [];
  for (const one of all.filter(({ finishedAt }) => finishedAt === null)) {
    if (bytes <= most) break;
    bytes -= one.sizeBytes;
    ended.push(one.id);
  }
  if (bytes > most)
    throw new TrainChainError("conflict", `too much lies here of what is asked of you for job ${key.jobId}`, {
      fix: "Wait until what came last is here: then its older copy ends.",
    });
  await deleteUnfinished(db, ended);
  return ended;
}
