import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import type { AdapterVerdict } from "@trainchain/lora";
import { type MergeTerm, mergeTerms } from "@trainchain/lora/node";
import {
  type CheckResult,
  dataDraftOf,
  defaultThresholds,
  shardContext,
  TrainChainError,
} from "@trainchain/protocol";
import { sealedBytesOf } from "@trainchain/storage";
import { fetchUnsealed } from "../../deliveries/seal-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { AdapterTerms } from "./adapter-terms.ts";
import { judgeOwnGain, type OwnRows } from "./checks/not-a-copy.ts";
import type { GatheredAdapter } from "./gather-adapters.ts";
import { lossOf, measureAdapters } from "./measure-adapters.ts";
import type { RoundStart } from "./round-start.ts";

/** More rows of a shard tell no more. */
export const mostRows = 256;

interface Delivered {
  adapters: readonly GatheredAdapter[];
  judged: readonly AdapterVerdict[];
  terms: AdapterTerms;
  start: RoundStart;
  dir: string;
}

/**
 * Check 5 of one adapter, which is heard where it is like earlier ones. On rows of few kinds honest work is alike too;
 * what it adds to the earlier updates tells it from a copy: training lowers the loss of its own rows, noise does not.
 * Where no evaluator is set up the check stands.
 */
export async function hearAlike(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  delivered: Delivered,
  index: number,
): Promise<CheckResult> {
  const told = delivered.judged[index]?.checks.find(({ check }) => check === "not-a-copy");
  if (!told) throw new TrainChainError("internal", "an adapter was not compared with those before it");
  const isOpen = told.verdict === "failed" && (told.figure ?? 1) < defaultThresholds.sameCosine;
  if (!deps.evaluator || !isOpen) return told;
  return judgeOwnGain(told, await lossesOnOwnRows(deps, deps.evaluator, found, delivered, index));
}

async function lossesOnOwnRows(
  deps: WorkerDeps,
  evaluator: NonNullable<WorkerDeps["evaluator"]>,
  found: AdapterJobForWork,
  { adapters, judged, terms, start, dir }: Delivered,
  index: number,
): Promise<OwnRows> {
  const { folder, contributor, adapterCid } = adapters[index]!;
  // The same index may come up again, once another adapter was refused.
  const heard = await mkdtemp(join(dir, "heard-"));
  const nearest = join(heard, "nearest");
  const { coefficients } = judged[index]!.nearest;
  await mergeTerms(nearestTerms(adapters, coefficients, terms, start), {
    ...{ modules: terms.modules, baseModel: found.prepared.modelName, method: "exact", out: nearest },
  });
  const rows = await fetchShard(deps, found, adapters[index]!, join(heard, "shard.jsonl"));
  const measured = await measureAdapters(deps, evaluator, found, {
    ...{ rows, mostRows, start: start.folder },
    adapters: [
      { folder: start.folder, contributor: "start", adapterCid: "" },
      { folder, contributor, adapterCid },
      { folder: nearest, contributor: `nearest to ${contributor}`, adapterCid },
    ],
  });
  const from = lossOf(measured, start.folder)?.loss;
  if (from === undefined)
    throw new TrainChainError("internal", "the round's start has no loss on the rows of a shard");
  // What has no loss helps nothing on these rows.
  const [nearestLoss, own] = [nearest, folder].map((name) => lossOf(measured, name)?.loss ?? from);
  return { start: from, nearest: nearestLoss!, own: own! };
}

/** Lays down the rows that an adapter was trained on, in the clear; returns their path. */
export async function fetchShard(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  { shard, shardCid: cid, shardBytes }: Pick<GatheredAdapter, "shard" | "shardCid" | "shardBytes">,
  path: string,
): Promise<string> {
  const context = shardContext({ draftId: dataDraftOf(found.prepared.spec), index: shard });
  await fetchUnsealed(deps, { cid, context, path, maxBytes: sealedBytesOf(shardBytes) });
  return path;
}

/** Σ c_j ΔW_j of the earlier updates; of a later round, whose updates are counted from its start, S + Σ c_j (ΔW_j − S). */
function nearestTerms(
  adapters: readonly GatheredAdapter[],
  coefficients: readonly number[],
  { rank, alpha }: AdapterTerms,
  start: RoundStart,
): MergeTerm[] {
  const term = (file: string, weight: number) => ({ file, rank, share: { weight, scale: alpha / rank } });
  const left = 1 - coefficients.reduce((sum, value) => sum + value, 0);
  return [
    ...coefficients.map((weight, j) => term(adapters[j]!.file, weight)),
    ...(start.adapter ? [term(start.file, left)] : []),
  ].filter(({ share }) => share.weight !== 0);
}
