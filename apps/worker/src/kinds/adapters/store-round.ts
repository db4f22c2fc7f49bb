import type { AdapterJobForWork } from "@trainchain/db/work";
import type { MergeResult, NextStart } from "@trainchain/lora/node";
import {
  type RoundOutcome,
  roundMeanContext,
  roundStartContext,
  type SealedAdapter,
} from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import { storeSealed } from "../../deliveries/seal-file.ts";
import { sealedJob } from "../../deliveries/sealed-job.ts";
import type { WorkerDeps } from "../../deps.ts";

/** Seals and stores what a round hands on, and says what it went in with; undefined for a job of one round. */
export async function storeRound(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  next: NextStart | undefined,
): Promise<RoundOutcome | undefined> {
  const { series } = found.prepared.spec;
  if (!series) return undefined;
  if (!next) return { ...series, next: null };
  const job = sealedJob(deps, found);
  return {
    ...series,
    next: {
      start: await storeAdapter(deps, next.start, roundStartContext(job)),
      lastMean: await storeAdapter(deps, next.mean, roundMeanContext(job)),
    },
  };
}

async function storeAdapter(
  deps: WorkerDeps,
  { file, rank, sizeBytes }: MergeResult,
  context: string,
): Promise<SealedAdapter> {
  const { cid } = await storeSealed(deps, file, context);
  return { cid, sha256: await sha256OfFile(file), sizeBytes, rank };
}
