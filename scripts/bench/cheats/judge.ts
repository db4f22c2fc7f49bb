import { rm } from "node:fs/promises";
import { join } from "node:path";
import { findReplay, type Replay } from "@trainchain/db/replays";
import type { AdapterJobForWork } from "@trainchain/db/work";
import type { CheckResult } from "@trainchain/protocol";
import { leafOfFile } from "@trainchain/protocol/node";
import { drawReplay } from "../../../apps/worker/src/deliveries/draw-replay.ts";
import { fetchDelivery } from "../../../apps/worker/src/deliveries/fetch-delivery.ts";
import type { WorkerDeps } from "../../../apps/worker/src/deps.ts";
import { adapterTerms } from "../../../apps/worker/src/kinds/adapters/adapter-terms.ts";
import { checkReplayed } from "../../../apps/worker/src/kinds/adapters/checks/replay.ts";
import { gatherAdapters } from "../../../apps/worker/src/kinds/adapters/gather-adapters.ts";
import { judgeDeliveries } from "../../../apps/worker/src/kinds/adapters/judge-deliveries.ts";
import { replayTraining } from "../../../apps/worker/src/kinds/adapters/replay/replay-training.ts";
import { placeStart } from "../../../apps/worker/src/kinds/adapters/round-start.ts";
import { verifyAdapter } from "../../../apps/worker/src/kinds/adapters/verify.ts";
import { withTempDir } from "../../../apps/worker/src/with-temp-dir.ts";
import { type Delivery, deliver, handOver } from "./deliver.ts";
import type { Market } from "./open-market.ts";
import type { ReplayedEvent } from "./remembering-evaluator.ts";

export interface Listed {
  deps: WorkerDeps;
  found: AdapterJobForWork;
}

/** What the checks say of one delivery by itself. */
export interface Alone {
  /** Checks 1 to 4, and 7 where the file commits to nothing. */
  checks: CheckResult[];
  /** Undefined where nothing is drawn of it. */
  replay?: ReplayedAlone | undefined;
}

interface ReplayedAlone {
  /** Stages in all, how many are drawn, and how many, done again, end elsewhere. */
  stages: number;
  drawn: number;
  untrue: number;
  /** Of those that tell of every stage; of those that were drawn by a block of the chain. */
  all?: CheckResult;
  draw?: CheckResult;
  /** Processor time of replaying the draw. */
  seconds?: number | undefined;
}

/**
 * How deeply check 7 is made: not; of the stages that are drawn; of nothing, because nothing is handed over; or of as
 * many as it takes to know of each stage, beside the states of the honest training in a folder.
 */
export type Depth = "none" | "drawn" | "withheld" | { honest: string };

/** Checks 1 to 4 of a delivery, and check 7, by the worker's own code. */
export async function judgeAlone(
  market: Market,
  listed: Listed,
  delivery: Delivery,
  depth: Depth,
): Promise<Alone> {
  const { deps } = listed;
  const found = await deliver(market, listed, [delivery]);
  const submission = found.submissions[0]!;
  const { contributor, adapterCid } = submission;
  return withTempDir(deps.tempDir, async (dir) => {
    const path = join(dir, "delivery");
    const failure = await fetchDelivery(deps, found, submission, path);
    if (failure) return { checks: [failure] };
    const opened = { contributor, adapterCid, path };
    const { committed, ...verdict } = await verifyAdapter(deps, found, opened, dir);
    const checks = [...verdict.checks];
    if (!committed || depth === "none") return { checks };
    await drawReplay(deps, found, submission, { verdict, committed });
    const replay = await findReplay(deps.db, submission);
    if (!replay) throw new Error("nothing was drawn");
    await rm(dir, { recursive: true });
    const again = { market, listed: { deps, found }, replay, delivery };
    return { checks, replay: await replayAlone(again, depth) };
  });
}

interface Again {
  market: Market;
  listed: Listed;
  replay: Replay;
  delivery: Delivery;
}

async function replayAlone(again: Again, depth: Exclude<Depth, "none">): Promise<ReplayedAlone> {
  const { replay, delivery, listed } = again;
  const counts = { stages: replay.segments, drawn: replay.drawn.length };
  if (depth === "withheld")
    return { ...counts, untrue: counts.stages, draw: (await replayed(again, replay)).check };
  const asked = Array.from({ length: replay.segments + 1 }, (_, boundary) => boundary);
  await handOver(listed.deps, { ...replay, asked }, delivery);
  if (depth === "drawn") {
    const { check, event } = await replayed(again, replay);
    return { ...counts, untrue: 0, draw: check, seconds: event?.cpuSeconds };
  }
  // A stage between two states of the honest training is known to be true.
  const open = await changedStages(replay.segments, delivery.folder, depth.honest);
  const probed =
    open.length > 4 ? [0, 1 / 3, 2 / 3, 1].map((at) => open[Math.round(at * (open.length - 1))]!) : open;
  const drawn = probed.length > 0 ? probed : replay.drawn;
  const { check: all, event } = await replayed(again, { ...replay, drawn, asked }, { toEnd: true });
  if (!event) return { ...counts, untrue: await refusedWithout(again, { probed, open, asked }), all };
  let untrue = untrueStages(event);
  const left = open.filter((stage) => !probed.includes(stage));
  // Where every one that was tried ends elsewhere, so do those between them.
  if (untrue === probed.length) untrue = open.length;
  else if (left.length > 0) {
    const rest = await replayed(again, { ...replay, drawn: left, asked }, { toEnd: true });
    untrue += rest.event ? untrueStages(rest.event) : left.length;
  }
  const isOpen = untrue > 0 && untrue < counts.stages;
  return { ...counts, untrue, all, ...(isOpen ? { draw: (await replayed(again, replay)).check } : {}) };
}

/**
 * How many stages are refused of a delivery that is not trained again: all where that is for what is asked for
 * whatever is drawn, else those with a state that no training leaves.
 */
async function refusedWithout(
  again: Again,
  { probed, open, asked }: { probed: readonly number[]; open: readonly number[]; asked: number[] },
): Promise<number> {
  const { replay } = again;
  const isRefused = async (stage: number) =>
    (await replayed(again, { ...replay, drawn: [stage], asked })).check.verdict === "failed";
  const honest = Array.from({ length: replay.segments }, (_, stage) => stage).find(
    (stage) => !open.includes(stage),
  );
  if (honest === undefined || (await isRefused(honest))) return replay.segments;
  for (const stage of probed) if (!(await isRefused(stage))) throw new Error(`stage ${stage + 1} is taken`);
  return open.length;
}

/** Stages of a delivery whose ends are not both those of the honest training. */
async function changedStages(stages: number, folder: string, honest: string): Promise<number[]> {
  const isSame: boolean[] = [];
  for (let boundary = 0; boundary <= stages; boundary++) {
    const [own, other] = [join(folder, "boundaries"), honest].map((dir) =>
      join(dir, `${boundary}.safetensors`),
    );
    isSame.push((await leafOfFile(own!)) === (await leafOfFile(other!)));
  }
  return isSame.slice(1).flatMap((same, stage) => (same && isSame[stage] ? [] : [stage]));
}

function untrueStages({ segments, arithmetic }: Pick<ReplayedEvent, "segments" | "arithmetic">): number {
  const given = { of: segments.length, declared: arithmetic, referee: arithmetic };
  return segments.filter((one) => checkReplayed([one], given).verdict === "failed").length;
}

/**
 * Check 7, once the time to hand over is over, and what was computed for it: with `toEnd` also behind a segment that
 * ends elsewhere.
 */
async function replayed({ market, listed }: Again, replay: Replay, { toEnd = false } = {}) {
  const { deps, found } = listed;
  const timestamp = BigInt(Math.ceil(replay.openBy.getTime() / 1000) + 3_600);
  Object.assign(market.told, { replayed: undefined, toEnd });
  const drawn = { replay, submission: found.submissions[0]!, timestamp };
  const judged = await withTempDir(deps.tempDir, (dir) => replayTraining(deps, found, drawn, dir));
  if (!judged) throw new Error("the states that were asked for are not here");
  return { check: judged.check, event: market.told.replayed as ReplayedEvent | undefined };
}

/** Checks 2 to 6 of a job's deliveries in the order in which they came; the failed check of each, by slot. */
export async function judgeCompany(
  market: Market,
  listed: Listed,
  deliveries: readonly Delivery[],
): Promise<Map<number, CheckResult | undefined>> {
  const { deps } = listed;
  const found = await deliver(market, listed, deliveries);
  return withTempDir(deps.tempDir, async (dir) => {
    const terms = await adapterTerms(deps, found);
    const { adapters } = await gatherAdapters(deps, found, terms, dir);
    const start = await placeStart(deps, found, terms, dir);
    const { accepted, refused } = await judgeDeliveries(deps, found, { adapters, terms, start, dir });
    const judged = [...accepted, ...refused];
    return new Map(
      judged.map(({ adapter, checks }) => [adapter.slot, checks.find(({ verdict }) => verdict === "failed")]),
    );
  });
}
