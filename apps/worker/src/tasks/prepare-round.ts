import { enqueueTask } from "@trainchain/db";
import { notifyJobs } from "@trainchain/db/follow";
import { findDraftOfRound } from "@trainchain/db/rounds";
import {
  type Aggregation,
  findAggregationOf,
  findJobForWork,
  findPreparation,
  type JobForWork,
  savePreparation,
  savePreparedJob,
} from "@trainchain/db/work";
import { jobSpecSchema, seriesOf, type TaskPayloads } from "@trainchain/protocol";
import { storeDocument } from "../deliveries/seal-file.ts";
import type { WorkerDeps } from "../deps.ts";

/**
 * Prepares the draft of the round after a job that is completed and paid: the same seed, shards and holdout, which
 * are not stored again, and the start that the job's merge has left. The draft was made with the request, so it is
 * prepared once however often this runs; one that its requester deleted is not prepared.
 */
export function createPrepareRound(deps: WorkerDeps) {
  const { db, storage, escrow, log } = deps;

  return async (payload: TaskPayloads["prepare-round"]): Promise<void> => {
    if (payload.escrow !== escrow) return;
    const key = { escrow, jobId: BigInt(payload.jobId) };
    const found = await findJobForWork(db, key);
    if (!found) return;
    const series = seriesOf(found.prepared.spec);
    const next = nextOf(found, await findAggregationOf(db, key));
    if (!series || !next) return;
    const draft = await findDraftOfRound(db, { firstDraftId: series.id, round: series.round + 1 });
    if (!draft || (await findPreparation(db, draft.id))) return;

    const spec = jobSpecSchema.parse({
      ...found.prepared.spec,
      draftId: draft.id,
      series: { ...series, ...next, round: series.round + 1, previousJobId: payload.jobId },
    });
    const specCid = await storeDocument(storage, spec);
    const { report = null } = (await findPreparation(db, found.prepared.draftId)) ?? {};
    await db.transaction(async (tx) => {
      const { preparedAt: _, ...prepared } = found.prepared;
      await savePreparedJob(tx, { ...prepared, draftId: draft.id, specCid, spec });
      await savePreparation(tx, { draftId: draft.id, status: "ready", report });
      await notifyJobs(tx, [key]);
      await enqueueTask(tx, "send-notices", { draftId: draft.id }, { key: `send-notices/draft/${draft.id}` });
    });
    log.info({ jobId: payload.jobId, draftId: draft.id, round: series.round + 1 }, "prepared the next round");
  };
}

/** What a job hands on, once the chain says that its result stands. */
function nextOf({ job }: JobForWork, aggregation: Aggregation | undefined) {
  if (!aggregation || !("series" in aggregation.result)) return undefined;
  // Settled by others after the review period, a job may have a result that the chain does not name.
  const stands =
    job.status === "settled" || (job.status === "completed" && job.resultCid === aggregation.resultCid);
  return stands ? aggregation.result.series?.next : undefined;
}
