import {
  type AdapterJobSpec,
  kindOf,
  type ReplayEvent,
  type ReplayTolerance,
  TrainChainError,
} from "@trainchain/protocol";
import type { Evaluator } from "@trainchain/python-env";
import { isBeyond } from "./checks/replay.ts";

/** A segment, counted from 0, and the files of the boundaries that it lies between. */
interface DrawnSegment {
  segment: number;
  start: string;
  end: string;
}

export interface Replaying {
  /** What the base model is loaded by. */
  model: string;
  /** A file of the shard's rows, in the clear. */
  shard: string;
  /** What the contributor says it computed in. */
  arithmetic: string;
  /** Nothing is trained after a segment that ends beyond it; undefined: all are. */
  tolerance?: ReplayTolerance | undefined;
  /** The merged adapter that a later round started from. */
  initialAdapter?: string | undefined;
  /** Whether nothing else may run beside it. */
  alone?: boolean;
  /** All of one delivery: they share a process, whose start takes longer than a segment. */
  drawn: readonly DrawnSegment[];
}

export type ReplayedSegment = Extract<ReplayEvent, { event: "replayed" }>["segments"][number];

/**
 * Trains drawn segments of a delivery again, each from its own first boundary, and says how far they end from where it
 * was committed that they end; in the order of `drawn`, all of them or up to one that ends beyond its tolerance.
 *
 * @throws TrainChainError `boundary-invalid` where a file is no boundary of this job's, naming it, and
 * `arithmetic-unknown` where the evaluator does not compute in what the delivery says
 */
export async function replaySegments(
  evaluator: Evaluator,
  spec: AdapterJobSpec,
  { model, shard, arithmetic, tolerance, initialAdapter, alone, drawn }: Replaying,
): Promise<ReplayedSegment[]> {
  // What decides the training is told as its contributor was told it, but for the rows.
  const { "shard-cid": _, ...deciding } = kindOf(spec.kind).trainer.optionsOf(spec, "", model);
  const options = {
    ...deciding,
    ...(initialAdapter === undefined ? {} : { "initial-adapter": initialAdapter }),
    ...(tolerance && { "first-tolerance": tolerance.first, "later-tolerance": tolerance.later }),
    shard,
    arithmetic,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const named = drawn.flatMap(({ segment, start, end }) => ["--segment", String(segment), start, end]);
  const events = await evaluator.run({ script: "replay.py", alone, args: [...args, ...named] });
  const replayed = events.find((event) => event.event === "replayed");
  const segments = replayed?.segments ?? [];
  const last = segments.at(-1);
  const isEnough = segments.length === drawn.length || (last && tolerance && isBeyond(last, tolerance));
  if (isEnough && segments.every((one, at) => one.segment === drawn[at]?.segment)) return segments;
  const asked = drawn.map(({ segment }) => segment).join();
  throw new TrainChainError("internal", `of the segments ${asked} not each was trained again`);
}
