import { join } from "node:path";
import { findReplay } from "@trainchain/db/replays";
import { type JobForWork, wasDeliveredBefore } from "@trainchain/db/work";
import { type TaskPayloads, TrainChainError } from "@trainchain/protocol";
import type { CommittedTraining } from "../deliveries/committed-training.ts";
import { drawReplay } from "../deliveries/draw-replay.ts";
import { enqueueReplay } from "../deliveries/enqueue-replay.ts";
import { fetchDelivery, type Submission } from "../deliveries/fetch-delivery.ts";
import { findUndecided } from "../deliveries/find-undecided.ts";
import { recordReplayed } from "../deliveries/record-replayed.ts";
import { recordVerdict, type Verdict } from "../deliveries/record-verdict.ts";
import { unsealed } from "../deliveries/sealed-to-slot.ts";
import type { WorkerDeps } from "../deps.ts";
import { workOf } from "../kinds/index.ts";
import { runAlone } from "../run-alone.ts";
import { withTempDir } from "../with-temp-dir.ts";

/**
 * Checks one delivery by itself and refuses it at once where a check fails, so that its slot can be taken again. Checks
 * that compare deliveries are made when all are in, by conclude-job.
 */
export function createVerifyDelivery(deps: WorkerDeps) {
  const { db, connection, escrow, log } = deps;

  return async (payload: TaskPayloads["verify-adapter"]): Promise<void> => {
    const { jobId, contributor, lastLook } = payload;
    if (payload.escrow !== escrow) return;
    if (lastLook)
      log.error({ jobId, contributor }, "no verdict by half of the review period: this is the last look");
    const ran = await runAlone(connection, `verify-adapter/${escrow}/${jobId}/${contributor}`, async () => {
      const undecided = await findUndecided(deps, payload);
      if (!undecided) return;
      const { found, submission } = undecided;
      const drawn = await findReplay(db, submission);
      if (drawn?.adapterCid === submission.adapterCid) {
        // Judged already, by a worker that was killed before it could say so.
        if (drawn.check) await recordReplayed(deps, found, drawn, drawn.check);
        else if (lastLook) await replayNow(deps, payload, undecided);
        return;
      }
      const { committed, ...verdict } = await judge(deps, found, submission);
      if (committed) {
        const waits = await drawReplay(deps, found, submission, { verdict, committed });
        if (waits) return;
      }
      const accepted = await recordVerdict(deps, found, verdict);
      log.info({ jobId, contributor, accepted, checks: verdict.checks }, "verified");
    });
    // A look by age is made once, so it waits for its turn; any other is left to whoever is at it.
    if (!ran && lastLook !== undefined)
      throw new TrainChainError("not-ready", "another task is judging this delivery");
  };
}

/** Has what was drawn looked at, and comes again until there is a verdict. */
async function replayNow(
  deps: WorkerDeps,
  payload: TaskPayloads["verify-adapter"],
  { found, submission }: { found: JobForWork; submission: Submission },
) {
  const reviewEnds = submission.submittedAt.getTime() + 1_000 * found.job.reviewPeriodSeconds;
  await enqueueReplay(deps, payload, new Date(reviewEnds));
  throw new TrainChainError("not-ready", "what was drawn of the training is still to be done again");
}

async function judge(
  deps: WorkerDeps,
  found: JobForWork,
  submission: Submission,
): Promise<Verdict & { committed?: CommittedTraining }> {
  const { contributor, adapterCid } = submission;
  if (await wasDeliveredBefore(deps.db, submission))
    return { contributor, adapterCid, checks: [unsealed("The same sealed file was delivered before.")] };
  return withTempDir(deps.tempDir, async (dir) => {
    const path = join(dir, "delivery");
    const failure = await fetchDelivery(deps, found, submission, path);
    if (failure) return { contributor, adapterCid, checks: [failure] };
    return workOf(found.prepared.spec.kind).verify(deps, found, { contributor, adapterCid, path }, dir);
  });
}
