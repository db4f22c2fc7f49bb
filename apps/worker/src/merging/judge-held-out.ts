import { join } from "node:path";
import type { LlmJobForWork } from "@trainchain/db/work";
import type { CheckResult } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import type { RoundStart } from "../verifying/round-start.ts";
import { type Compared, checkHeldOut, hearOwnRows, mayBeHeard, notMeasured } from "./check-held-out.ts";
import type { GatheredAdapter } from "./gather-adapters.ts";
import { fetchShard, mostRows } from "./hear-alike.ts";
import { type Measured, measureAdapters, rowLossesOf } from "./measure-adapters.ts";

type Losses = ReadonlyMap<string, Measured>;

/**
 * Check 6 of each adapter: on the held-out rows, and on those it was trained on where these leave it open.
 *
 * @param losses on the held-out rows; undefined where no evaluator is set up
 */
export async function judgeHeldOut(
  deps: WorkerDeps,
  found: LlmJobForWork,
  {
    adapters,
    losses,
    start,
    dir,
  }: {
    adapters: readonly GatheredAdapter[];
    losses: Losses | undefined;
    start: RoundStart;
    dir: string;
  },
): Promise<CheckResult[]> {
  const checks: CheckResult[] = [];
  for (const adapter of adapters) {
    const held = losses && comparedIn(losses, adapter, start);
    const told = held ? checkHeldOut(held) : notMeasured;
    const own = held && mayBeHeard(held) ? await ownRows(deps, found, adapter, start, dir) : undefined;
    checks.push(own ? hearOwnRows(told, own) : told);
  }
  return checks;
}

/** An adapter on the rows that it was trained on. */
async function ownRows(
  deps: WorkerDeps,
  found: LlmJobForWork,
  adapter: GatheredAdapter,
  start: RoundStart,
  dir: string,
): Promise<Compared | undefined> {
  if (!deps.evaluator) return undefined;
  const rows = await fetchShard(deps, found, adapter, join(dir, `own-rows-${adapter.slot}.jsonl`));
  const from = start.adapter ? [{ folder: start.folder, contributor: "start", adapterCid: "" }] : [];
  const measuring = { rows, mostRows, adapters: [...from, adapter], start: start.folder };
  return comparedIn(await measureAdapters(deps, deps.evaluator, found, measuring), adapter, start);
}

/** Undefined where one of them has no loss. */
function comparedIn(losses: Losses, { folder }: GatheredAdapter, start: RoundStart): Compared | undefined {
  const base = rowLossesOf(losses, "base");
  const from = start.adapter ? rowLossesOf(losses, start.folder) : base;
  const adapter = rowLossesOf(losses, folder);
  return base && from && adapter && { base, start: from, adapter };
}
