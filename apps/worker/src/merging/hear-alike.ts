import { join } from "node:path";
import type { LlmJobForWork } from "@trainchain/db/work";
import type { AdapterVerdict } from "@trainchain/lora";
import { type MergeTerm, mergeTerms } from "@trainchain/lora/node";
import { dataDraftOf, defaultThresholds, shardContext } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { fetchUnsealed, sealedBytesOf } from "../seal-file.ts";
import type { AdapterTerms } from "../verifying/adapter-terms.ts";
import type { RoundStart } from "../verifying/round-start.ts";
import type { GatheredAdapter } from "./gather-adapters.ts";
import { lossOf, measureAdapters } from "./measure-adapters.ts";
import { judgeOwnGain, type OwnRows } from "./own-gain.ts";

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
 * Hears the adapters that check 5 found like earlier ones. On rows of few kinds honest work is alike too; what it adds
 * to the earlier updates tells it from a copy: training lowers the loss of its own rows, noise does not. Where no
 * evaluator is set up, or an adapter is refused for something else, the check stands.
 */
export async function hearAlike(
  deps: WorkerDeps,
  found: LlmJobForWork,
  delivered: Delivered,
): Promise<AdapterVerdict[]> {
  const { judged } = delivered;
  const heard = [...judged];
  for (const [index, verdict] of judged.entries()) {
    if (!deps.evaluator || !isOpen(verdict)) continue;
    const losses = await lossesOnOwnRows(deps, deps.evaluator, found, delivered, index);
    heard[index] = { ...verdict, checks: verdict.checks.map((check) => judgeOwnGain(check, losses)) };
  }
  return heard;
}

/** Whether check 5 alone has failed, and by no more than honest work may. */
function isOpen({ checks }: AdapterVerdict): boolean {
  const failed = checks.filter(({ verdict }) => verdict === "failed");
  const [only] = failed;
  return (
    failed.length === 1 && only?.check === "not-a-copy" && (only.figure ?? 1) < defaultThresholds.sameCosine
  );
}

async function lossesOnOwnRows(
  deps: WorkerDeps,
  evaluator: NonNullable<WorkerDeps["evaluator"]>,
  found: LlmJobForWork,
  { adapters, judged, terms, start, dir }: Delivered,
  index: number,
): Promise<OwnRows> {
  const { folder, contributor, adapterCid } = adapters[index]!;
  const nearest = join(dir, `nearest-${index}`);
  const { coefficients } = judged[index]!.nearest;
  await mergeTerms(nearestTerms(adapters, coefficients, terms, start), {
    ...{ modules: terms.modules, baseModel: found.prepared.modelName, method: "exact", out: nearest },
  });
  const rows = await fetchShard(deps, found, adapters[index]!, join(dir, `shard-${index}.jsonl`));
  const measured = await measureAdapters(deps, evaluator, found, {
    ...{ rows, mostRows, start: start.folder },
    adapters: [
      { folder: start.folder, contributor: "start", adapterCid: "" },
      { folder, contributor, adapterCid },
      { folder: nearest, contributor: `nearest to ${contributor}`, adapterCid },
    ],
  });
  // What has no loss helps nothing on these rows.
  const from = lossOf(measured, start.folder)?.loss ?? Number.NaN;
  const [nearestLoss, own] = [nearest, folder].map((name) => lossOf(measured, name)?.loss ?? from);
  return { start: from, nearest: nearestLoss!, own: own! };
}

/** Lays down the rows that an adapter was trained on, in the clear; returns their path. */
export async function fetchShard(
  deps: WorkerDeps,
  found: LlmJobForWork,
  { shard, shardCid: cid, shardBytes }: GatheredAdapter,
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
