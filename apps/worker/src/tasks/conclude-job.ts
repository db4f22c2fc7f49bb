import {
  type Aggregation,
  findAggregationOf,
  findJobForWork,
  type JobForWork,
  listVerdicts,
  saveAggregation,
} from "@trainchain/db/work";
import { awaitsRulings, nextMove, openJobOf, type TaskPayloads, TrainChainError } from "@trainchain/protocol";
import { ofDelivery } from "../deliveries/of-delivery.ts";
import { recordVerdict } from "../deliveries/record-verdict.ts";
import { storeDocument } from "../deliveries/seal-file.ts";
import type { WorkerDeps } from "../deps.ts";
import { workOf } from "../kinds/index.ts";
import { runAlone } from "../run-alone.ts";
import { withTempDir } from "../with-temp-dir.ts";
import { requestCompletion, requestExpiry } from "./request-moves.ts";
import { wereCompared } from "./were-compared.ts";

/**
 * Ends a job whose deliveries are all in: judges them against each other, merges them, stores the result, and has
 * completeJob sent; or expireJob where they are too few. The result is stored as a row before it is sent, so that whatever is killed, the next run goes on
 * behind the last finished step and merges nothing twice.
 */
export function createConcludeJob(deps: WorkerDeps) {
  const { db, connection, client, escrow, aggregator, log } = deps;

  return async (payload: TaskPayloads["aggregate-adapters"]): Promise<void> => {
    const { jobId, lastLook } = payload;
    if (payload.escrow !== escrow) return;
    if (lastLook) log.error({ jobId }, "no result by half of the review period: this is the last look");
    const key = { escrow, jobId: BigInt(jobId) };
    const ran = await runAlone(connection, `aggregate-adapters/${escrow}/${jobId}`, async () => {
      const found = await findJobForWork(db, key);
      if (found?.job.status !== "open" || found.job.aggregator !== aggregator) return;
      const { timestamp } = await client.getBlock();
      const job = openJobOf(found.job, found.slots);
      const { move } = nextMove(job, Number(timestamp));
      if (move === "expireJob") {
        // What too few delivered is paid without a merge: only what is judged as for one.
        if (await areAccepted(deps, found)) await requestExpiry(deps, found);
        return;
      }
      // A refusal may not be taken any more when the rulings have come that the job waits for.
      if (awaitsRulings(job, Number(timestamp))) await areAccepted(deps, found);
      if (move !== "completeJob") return;
      const stored = await findAggregationOf(db, key);
      const resultCid = stored && isOf(stored, found) ? stored.resultCid : await aggregate(deps, found);
      if (resultCid) await requestCompletion(deps, found, resultCid);
    });
    // A look by age is made once, so it waits for its turn; any other is left to whoever is at it.
    if (!ran && lastLook !== undefined)
      throw new TrainChainError("not-ready", "another task is ending this job");
  };
}

/** Whether a stored result merges exactly what is delivered now: a reorganisation may have changed that. */
function isOf({ result }: Aggregation, { prepared, submissions }: JobForWork): boolean {
  const merged = result.contributors.map(({ contributor, adapterCid }) => `${contributor} ${adapterCid}`);
  const delivered = submissions
    .filter(({ status }) => status === "submitted")
    .map(({ contributor, adapterCid }) => `${contributor} ${adapterCid}`);
  return result.specCid === prepared.specCid && merged.toSorted().join() === delivered.toSorted().join();
}

/** The CID of the new result document; undefined where a delivery was refused instead. */
async function aggregate(deps: WorkerDeps, found: JobForWork): Promise<string | undefined> {
  const { db, storage, escrow, log } = deps;
  const { jobId } = found.job;
  const { verdicts, result } = await withTempDir(deps.tempDir, (dir) =>
    workOf(found.prepared.spec.kind).conclude(deps, found, dir),
  );
  for (const verdict of verdicts) await recordVerdict(deps, found, verdict);
  if (!result) {
    log.info({ jobId }, "a delivery was refused; the job goes on without it");
    return undefined;
  }
  const resultCid = await storeDocument(storage, result);
  await saveAggregation(db, { escrow, jobId, resultCid, bundleCid: result.bundleCid, result });
  log.info({ jobId, resultCid, evaluation: result.evaluation }, "aggregated");
  return resultCid;
}

/** Whether all deliveries are accepted, each judged beside the others: once, whoever asks. */
async function areAccepted(deps: WorkerDeps, found: JobForWork): Promise<boolean> {
  const verdicts = await listVerdicts(deps.db, found.job);
  if (!wereCompared(found, verdicts)) return judgeAll(deps, found);
  return found.submissions
    .filter(({ status }) => status === "submitted")
    .every((submission) => ofDelivery(verdicts, submission)?.verdict === "accepted");
}

/** Judges a job's deliveries beside each other, and returns whether all are accepted. */
async function judgeAll(deps: WorkerDeps, found: JobForWork): Promise<boolean> {
  const verdicts = await withTempDir(deps.tempDir, async (dir) =>
    workOf(found.prepared.spec.kind).judge?.(deps, found, dir),
  );
  const accepted: boolean[] = [];
  for (const verdict of verdicts ?? []) accepted.push(await recordVerdict(deps, found, verdict));
  return accepted.every(Boolean);
}
