import { join } from "node:path";
import { type AdapterJobForWork, listFailedRuns } from "@trainchain/db/work";
import { AdapterError } from "@trainchain/lora";
import {
  type CheckResult,
  stepsBefore,
  TrainChainError,
  toleranceBetween,
  toTrainChainError,
} from "@trainchain/protocol";
import type { Evaluator } from "@trainchain/python-env";
import type { Replayed } from "../../../deliveries/committed-training.ts";
import { fetchDelivery } from "../../../deliveries/fetch-delivery.ts";
import { tryFile } from "../../../deliveries/try-file.ts";
import type { WorkerDeps } from "../../../deps.ts";
import { pathOfModel } from "../../../path-of-model.ts";
import type { Drawn } from "../../kind-work.ts";
import { adapterTerms } from "../adapter-terms.ts";
import { assertGivenUp } from "../assert-given-up.ts";
import { checkReplayed, disproved, isBeyond, notReplayed } from "../checks/replay.ts";
import { fetchShard } from "../hear-alike.ts";
import { type ReplayedSegment, replaySegments } from "../replay-segments.ts";
import { placeStart, type RoundStart } from "../round-start.ts";
import { shardsOfSlots } from "../shards-of-slots.ts";
import { compareTensors } from "./compare-tensors.ts";
import { openBoundaries, type States } from "./open-boundaries.ts";
import { writeOwnBoundary } from "./write-own-boundary.ts";

/**
 * Check 7: the states that were asked for are those that the delivery commits to, the first is the job's own start, the
 * last is what was delivered, and the drawn segments lead again from where they began to where they ended.
 */
export async function replayTraining(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  drawn: Drawn,
  dir: string,
): Promise<Replayed | undefined> {
  const states = await openBoundaries(deps, found, drawn, dir);
  if (!states) return undefined;
  if ("check" in states) return { check: states, distances: [] };
  const { evaluator } = deps;
  if (!evaluator) return withoutEvaluator(found, drawn);
  const { asked, segments } = drawn.replay;
  const untrue = await states.open(states.groups.length > 1 ? [0, segments] : asked);
  if (untrue) return { check: untrue, distances: [] };
  const start = await placeStart(deps, found, await adapterTerms(deps, found), dir);
  const refusal = await checkEnds(deps, found, drawn, { states, start, dir });
  if (refusal) return { check: refusal, distances: [] };
  return replayDrawn({ ...deps, evaluator }, found, drawn.replay, { states, start, dir });
}

function withoutEvaluator(found: AdapterJobForWork, { submission, timestamp }: Drawn): Replayed {
  assertGivenUp(found, { submittedAt: submission.submittedAt, timestamp });
  const check = notReplayed("The platform has no evaluator, so it does no training again.");
  return { check, distances: [] };
}

const script = "replay.py";

interface Laid {
  states: States;
  start: RoundStart;
  dir: string;
}

/** Rounding of a start that is drawn here in one language and there in another. */
const sameStart = 1e-6;

async function checkEnds(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  { replay, submission }: Drawn,
  { states, start, dir }: Laid,
): Promise<CheckResult | undefined> {
  const delivery = join(dir, "delivery");
  const lost = await fetchDelivery(deps, found, submission, delivery);
  if (lost) return lost;
  try {
    const first = await compareTensors(start.file, states.fileOf(0));
    if (!first || !(first.distance <= sameStart))
      return disproved("The state before the first stage is not what the job's training starts from.");
    // Only a later round goes on with moments.
    if (!start.adapter && first.besides !== 0)
      return disproved("Before the first stage of the training something had been learned already.");
    const last = await compareTensors(delivery, states.fileOf(replay.segments));
    if (last?.distance !== 0)
      return disproved("The state after the last stage of the training is not what was delivered.");
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return disproved(`A state of the training is no safetensors file of it: ${error.message}`);
  }
  return undefined;
}

async function replayDrawn(
  deps: WorkerDeps & { evaluator: Evaluator },
  found: AdapterJobForWork,
  replay: Drawn["replay"],
  { states, start, dir }: Laid,
): Promise<Replayed> {
  const { evaluator, db } = deps;
  const { spec } = found.prepared;
  const { arithmetic, segments: of } = replay;
  const again = {
    model: pathOfModel(deps, spec.model.id),
    shard: await layShard(deps, found, replay.contributor, join(dir, "shard.jsonl")),
    arithmetic,
    tolerance: toleranceBetween(arithmetic, arithmetic),
    initialAdapter: start.adapter && start.file,
    // What may have died for want of memory has all of it the next time.
    alone: (await listFailedRuns(db, replay, script)).length > 0,
  };
  const doAgain = async (group: readonly number[]) => {
    const ends = group.flatMap((segment) => [segment, segment + 1]);
    if (states.groups.length > 1) await states.keepOnly(ends);
    const untrue = await states.open(ends);
    if (untrue) return { check: untrue, distances: [] };
    const segments = group.map((segment) => ({
      ...{ segment, start: states.fileOf(segment), end: states.fileOf(segment + 1) },
    }));
    return replaySegments(evaluator, spec, { ...again, drawn: segments }).catch(told);
  };
  const tried = await tryFile<ReplayedSegment[] | Replayed>(deps, replay, {
    script,
    isLong: true,
    async attempt() {
      const done: ReplayedSegment[] = [];
      for (const group of states.groups) {
        const replayed = await doAgain(group);
        if (!Array.isArray(replayed)) return replayed;
        done.push(...replayed);
        if (replayed.some((one) => again.tolerance && isBeyond(one, again.tolerance))) break;
      }
      return done;
    },
    async control() {
      const [from, to] = [join(dir, "own-start"), join(dir, "own-end")];
      await writeOwnBoundary(start.file, from, 0);
      // No training ends where it began, but that is only compared.
      await writeOwnBoundary(start.file, to, stepsBefore(1, replay));
      const own = [{ segment: 0, start: from, end: to }];
      await replaySegments(evaluator, spec, { ...again, drawn: own });
    },
  });
  if ("convicted" in tried)
    return refused(`Training from its states again ended the program: ${tried.convicted}`);
  if (!Array.isArray(tried.result)) return tried.result;
  const check = checkReplayed(tried.result, { of, declared: arithmetic, referee: arithmetic });
  return { check, referee: arithmetic, distances: tried.result.map(({ distance }) => distance) };
}

/** What the script itself says of the states or of the arithmetic: no death of it. */
function told(error: unknown): Replayed {
  const { code, message } = toTrainChainError(error);
  if (code === "boundary-invalid")
    return refused(`What was handed over are no states of the job's training: ${message}.`);
  if (code === "arithmetic-unknown")
    return { check: notReplayed(`Nothing of the training was done again: ${message}.`), distances: [] };
  throw error;
}

function refused(message: string): Replayed {
  return { check: disproved(message), distances: [] };
}

/** Lays down the rows that a contributor was given, in the clear. */
async function layShard(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  contributor: string,
  path: string,
): Promise<string> {
  const index = (await shardsOfSlots(deps, found)).get(contributor);
  const assigned = found.prepared.shardAssignments.find(({ slot }) => slot === index);
  if (!assigned) throw new TrainChainError("internal", `${contributor} was given no rows`);
  const { slot: shard, cid: shardCid, sizeBytes: shardBytes } = assigned;
  return fetchShard(deps, found, { shard, shardCid, shardBytes }, path);
}
