import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  findJobForWork,
  isImageJob,
  isLlmJob,
  type JobForWork,
  listVerdicts,
  wasDeliveredBefore,
} from "@trainchain/db/work";
import { reachOf, type TaskPayloads, TrainChainError, truncateAddress } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { judgeModel } from "../images/judge-model.ts";
import { runAlone } from "../run-alone.ts";
import { adapterTerms, sha256OfFile } from "../verifying/adapter-terms.ts";
import { examineAdapters } from "../verifying/examine-adapters.ts";
import { fetchDelivery, type Submission, sealedToSlot, unsealed } from "../verifying/fetch-delivery.ts";
import { recordVerdict, type Verdict } from "../verifying/record-verdict.ts";
import { placeStart } from "../verifying/round-start.ts";
import { shardsOfSlots } from "../verifying/shards-of-slots.ts";
import { withTempDir } from "../with-temp-dir.ts";

/**
 * Checks one delivered adapter by itself (checks 1 to 4: sealed to its slot, well-formed, from this job's start, as far from it as training goes) and
 * refuses it at once where one fails, so that its slot can be taken again. Checks that compare adapters are made
 * when all are in, by aggregate-adapters.
 */
export function createVerifyAdapter(deps: WorkerDeps) {
  const { db, connection, escrow, aggregator, log } = deps;

  return async (payload: TaskPayloads["verify-adapter"]): Promise<void> => {
    const { jobId, contributor, lastLook } = payload;
    if (payload.escrow !== escrow) return;
    if (lastLook)
      log.error({ jobId, contributor }, "no verdict by half of the review period: this is the last look");
    const ran = await runAlone(connection, `verify-adapter/${escrow}/${jobId}/${contributor}`, async () => {
      const found = await findJobForWork(db, { escrow, jobId: BigInt(jobId) });
      const submission = found?.submissions.find((delivery) => delivery.contributor === contributor);
      if (!found || !submission || found.job.status !== "open" || found.job.aggregator !== aggregator) return;
      if (submission.status !== "submitted" || (await isJudged(deps, submission))) return;
      const verdict = await judge(deps, found, submission);
      const accepted = await recordVerdict(deps, found, verdict);
      log.info({ jobId, contributor, accepted, checks: verdict.checks }, "verified");
    });
    // A look by age is made once, so it waits for its turn; any other is left to whoever is at it.
    if (!ran && lastLook !== undefined)
      throw new TrainChainError("not-ready", "another task is judging this delivery");
  };
}

async function isJudged(
  { db }: WorkerDeps,
  { contributor, adapterCid, ...key }: Submission,
): Promise<boolean> {
  const verdicts = await listVerdicts(db, key);
  return verdicts.some((verdict) => verdict.contributor === contributor && verdict.adapterCid === adapterCid);
}

async function judge(deps: WorkerDeps, found: JobForWork, submission: Submission): Promise<Verdict> {
  const { contributor, adapterCid } = submission;
  if (await wasDeliveredBefore(deps.db, submission))
    return { contributor, adapterCid, checks: [unsealed("The same sealed file was delivered before.")] };
  return withTempDir(deps.tempDir, async (dir) => {
    const path = join(dir, "adapter_model.safetensors");
    const failure = await fetchDelivery(deps, found, submission, path);
    if (failure) return { contributor, adapterCid, checks: [failure] };
    if (isImageJob(found))
      return (await judgeModel(deps, found, { contributor, adapterCid, sealedToSlot }, path, dir)).verdict;
    if (!isLlmJob(found)) throw new TrainChainError("internal", "a job of a kind that is not verified");
    const shard = (await shardsOfSlots(deps, found)).get(contributor);
    if (typeof shard !== "number")
      return { contributor, adapterCid, checks: [unsealed("No part of the data was given to this wallet.")] };
    const terms = await adapterTerms(deps, found);
    const reach = reachOf(found.prepared.spec, shard);
    const input = { name: truncateAddress(contributor), file: path, alpha: terms.alpha, reach };
    const [own] = await examineAdapters(terms, [input], await placeStart(deps, found, terms, dir));
    return {
      contributor,
      adapterCid,
      checks: [sealedToSlot, ...(own?.checks ?? []).filter(({ check }) => ownChecks.has(check))],
      adapterSha256: await sha256OfFile(path),
      sizeBytes: (await stat(path)).size,
    };
  });
}

const ownChecks = new Set<string>(["safetensors", "same-start", "optimizer-reach"]);
