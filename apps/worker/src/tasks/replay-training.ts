import { findReplay, saveReplayOutcome } from "@trainchain/db/replays";
import { findJobForWork } from "@trainchain/db/work";
import { type TaskPayloads, TrainChainError } from "@trainchain/protocol";
import { judgedColumns } from "../deliveries/draw-replay.ts";
import { isJudged } from "../deliveries/is-judged.ts";
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
  const { db, connection, client, escrow, aggregator } = deps;

  return async (payload: TaskPayloads["replay-training"]): Promise<void> => {
    const { jobId, contributor } = payload;
    if (payload.escrow !== escrow) return;
    const key = { escrow, jobId: BigInt(jobId), contributor };
    const ran = await runAlone(connection, `verify-adapter/${escrow}/${jobId}/${contributor}`, async () => {
      const [found, replay] = await Promise.all([findJobForWork(db, key), findReplay(db, key)]);
      const submission = found?.submissions.find((delivery) => delivery.contributor === contributor);
      if (!found || !submission || found.job.status !== "open" || found.job.aggregator !== aggregator) return;
      if (submission.status !== "submitted" || replay?.adapterCid !== submission.adapterCid) return;
      if (await isJudged(deps, submission)) return;
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
