import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import type { CheckResult } from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";
import { checkHeldOut, comparedOn, hearOwnRows, notMeasured, unmeasurable } from "./checks/held-out-loss.ts";
import type { GatheredAdapter } from "./gather-adapters.ts";
import { fetchShard, mostRows } from "./hear-alike.ts";
import { type Measured, measureAdapters } from "./measure-adapters.ts";
import type { RoundStart } from "./round-start.ts";

type Losses = ReadonlyMap<string, Measured>;

/**
 * Check 6 of each adapter: on the held-out rows, and on those it was trained on where these do not accept it.
 *
 * @param losses on the held-out rows; undefined where no evaluator is set up
 * @throws TrainChainError `internal` where the base model or the round's start has no loss: nobody can be judged then
 */
export async function judgeHeldOut(
  deps: WorkerDeps,
  found: AdapterJobForWork,
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
  for (const adapter of adapters)
    checks.push(losses ? await judgeOne(deps, found, { adapter, losses, start, dir }) : notMeasured);
  return checks;
}

interface One {
  adapter: GatheredAdapter;
  start: RoundStart;
  dir: string;
}

async function judgeOne(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  { losses, ...one }: One & { losses: Losses },
): Promise<CheckResult> {
  const held = comparedOn(losses, one.adapter.folder, one.start.adapter?.folder);
  if ("unmeasured" in held) return unmeasurable(held.unmeasured);
  const told = checkHeldOut(held);
  if (told.verdict === "passed") return told;
  const own = comparedOn(
    await lossesOnOwnRows(deps, found, one),
    one.adapter.folder,
    one.start.adapter?.folder,
  );
  return "unmeasured" in own ? told : hearOwnRows(told, held, own);
}

/** Losses on the rows that an adapter was trained on. */
async function lossesOnOwnRows(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  { adapter, start, dir }: One,
): Promise<Losses> {
  const rows = await fetchShard(deps, found, adapter, join(dir, `own-rows-${adapter.slot}.jsonl`));
  const from = start.adapter ? [{ folder: start.folder, contributor: "start", adapterCid: "" }] : [];
  const measuring = { rows, mostRows, adapters: [...from, adapter], start: start.folder };
  return deps.evaluator ? measureAdapters(deps, deps.evaluator, found, measuring) : new Map();
}
