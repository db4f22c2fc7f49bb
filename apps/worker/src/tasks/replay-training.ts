import { findReplay, saveReplayOutcome } from "@trainchain/db/replays";
import { type TaskPayloads, TrainChainError } from "@trainchain/protocol";
import { judgedColumns } from "../deliveries/draw-replay.ts";
import { findUndecided } from "../deliveries/find-undecided.ts";
import { recordReplayed } from "../deliveries/record-replayed.ts";
import type { WorkerDeps } from "../deps.ts";
import { workOf } from "../kinds/index.ts";
import { runAlone } from "../run-alone.ts";
import { withTempDir } from "../with-temp-dir.ts";

/**
 * Does drawn segments of a delivery's training again and gives the delivery its verdict. It has places of its own in
 * the queue, so that nothing that is quick waits for it. While what it takes is still to be handed over it does nothing.
 */
export function createReplayTraining(deps: WorkerDeps) {
  const { db, connection, client, escrow } = deps;

  return async (payload: TaskPayloads["replay-training"]): Promise<void> => {
    const { jobId, contributor } = payload;
    if (payload.escrow !== escrow) return;
    const key = { escrow, jobId: BigInt(jobId), contributor };
    const ran = await runAlone(connection, `verify-adapter/${escrow}/${jobId}/${contributor}`, async () => {
      const [undecided, replay] = await Promise.all([findUndecided(deps, payload), findReplay(db, key)]);
      if (!undecided || replay?.adapterCid !== undecided.submission.adapterCid) return;
      const { found, submission } = undecided;
      if (replay.check) return recordReplayed(deps, found, replay, replay.check);
      const { timestamp } = await client.getBlock();
      const drawn = { replay, submission, timestamp };
      const judged = await withTempDir(deps.tempDir, async (dir) =>
        workOf(found.prepared.spec.kind).replay?.(deps, found, drawn, dir),
      );
      if (!judged) return;
      await saveReplayOutcome(db, key, judgedColumns(replay, judged));
      await recordReplayed(deps, found, replay, judged.check);
    });
    if (!ran) throw new TrainChainError("not-ready", "another task is judging this delivery");
  };
}
