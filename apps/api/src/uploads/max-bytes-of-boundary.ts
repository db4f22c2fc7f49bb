import type { Executor } from "@trainchain/db";
import { findJob, findSlot } from "@trainchain/db/market";
import { findReplay, listBoundaries, type SlotKey } from "@trainchain/db/replays";
import { TrainChainError } from "@trainchain/protocol";
import { sealedBytesOf } from "@trainchain/storage";

/** One that did not arrive as it was sent may be sent anew. */
const mostCopies = 3;

/**
 * The most bytes that the sealed file of a boundary may have.
 * @throws TrainChainError `not-found` where it is not asked of the caller, `conflict` where it came often enough
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
  const whole = (await listBoundaries(db, key)).filter(
    (one) => one.boundary === boundary && one.cid !== null,
  );
  if (whole.length >= mostCopies)
    throw new TrainChainError("conflict", `boundary ${boundary} of job ${key.jobId} is here already`, {
      fix: "Nothing is left to do for it.",
    });
  return sealedBytesOf(replay.boundaryBytes);
}
