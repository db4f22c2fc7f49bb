import { z } from "zod";
import { arithmeticSchema } from "./arithmetic.ts";
import type { Proof } from "./request.ts";
import type { AdapterSpec } from "./spec.ts";
import { stepRates } from "./training-rates.ts";

/*
 * Training done again: a contributor keeps what its training passed through at the boundaries of `segments` equal parts
 * and commits to them in the file that it delivers. Segments that are drawn once the delivery stands in a block are
 * trained again from their first boundary and compared at their last (docs/verification.md).
 */

export const replayTerms = {
  /** Share of the segments that is drawn at least. */
  leastShare: 0.05,
  /** The fewest that are drawn, by what the delivery is paid in wei: from the first row on that is reached. */
  drawnFrom: [
    { paidWei: 1_000n * 10n ** 18n, segments: 8 },
    { paidWei: 100n * 10n ** 18n, segments: 4 },
    { paidWei: 10n * 10n ** 18n, segments: 3 },
    { paidWei: 0n, segments: 2 },
  ],
  /**
   * The fewest that are drawn where this check refused a delivery for the same slot before, and twice as many after each
   * further refusal: that is all of them as a rule, lest the same work be handed in by one wallet after the other until
   * a draw misses what is false in it.
   */
  drawnAfterRefusal: 20,
  /**
   * What so many are bounded by, lest honest work that follows a refusal lack the time: bytes a second that a contributor
   * hands over, and uses of a parameter by a token a second and the share of the review period of training again all
   * deliveries of a job, or what is left of it until `latestShare` once the time to hand over is over.
   */
  inTime: { bytesPerSecond: 5e5, usesPerSecond: 1.6e10, share: 0.25 },
  /**
   * Share of the review period in which drawn boundaries are to be handed over, counted from the draw; where that would
   * end after `latestShare` only until then, but `leastOpenShare` always.
   */
  openShare: 0.4,
  leastOpenShare: 0.1,
  /** Share of the review period, counted from the submission, after which nothing is asked for any more. */
  drawShare: 0.82,
  /** The same, for what is on its way by then to arrive. */
  arrivalShare: 0.05,
  /**
   * Seconds for as long as which something is on its way after one of the boundaries began to come or was here, or
   * twice as long as the next takes at `inTime`'s pace, where that is longer.
   */
  steadySeconds: 300,
  /**
   * Share of the review period, counted from the submission, for as long as which it is waited where the platform's API
   * was away meanwhile; what is left is for training again and for the verdict. What is missing then is refused where the
   * API was there for `enoughShare` of the period in all, or for as long as everything takes at `inTime`'s pace. Where it
   * was not it is waited on until `lastShare`, and what is missing then speaks against nobody.
   */
  latestShare: 0.75,
  enoughShare: 0.05,
  lastShare: 0.9,
  /** What trainings are computed in: on every machine the same but for its rounding, which the tolerances are for. */
  arithmetic: "cpu/float32/none",
  /**
   * Billions of parameters of the largest model whose trainings are done again: the tolerances were measured on one of
   * 0.135, and a CPU trains one of half a billion in float32 in bearable time and memory.
   */
  mostBillion: 0.5,
  /**
   * The most that doing one segment again may take, in uses of a parameter by a token (five minutes of two cores), and
   * the most segments that a training is cut into for its sake: what takes more is not done again, lest one job keep
   * all others waiting.
   */
  mostSegmentUses: 1e13,
  mostSegments: 100,
  /**
   * The most of the platform's disk that one delivery's states may take at the highest price, and the most of what is free
   * there that those together may which are asked for before half of the review period: room for them is kept, which would
   * keep every adapter out. The first by the disk's size: what strangers lay there must not change how a job is proved.
   */
  mostOfDisk: 0.25,
  mostOfFreeBytes: 0.25,
} as const;

/**
 * Segments that a training of so many uses of a parameter by a token is cut into, `wanted` or more; undefined where
 * those would be too many.
 */
export function segmentsFor(uses: number, wanted: number): number | undefined {
  const segments = Math.max(wanted, Math.ceil(uses / replayTerms.mostSegmentUses));
  return segments <= Math.max(wanted, replayTerms.mostSegments) ? segments : undefined;
}

/** Whether a requester may ask for it, for a model of so many billions of parameters; null where that is not known. */
export function mayBeReplayed(parametersBillion: number | null): boolean {
  return parametersBillion === null || parametersBillion <= replayTerms.mostBillion;
}

/** How work is proved unless its requester says otherwise. */
export function proposeProof(parametersBillion: number | null): Proof {
  return parametersBillion !== null && mayBeReplayed(parametersBillion) ? "replay" : "result";
}

/** How far a segment that was trained again may end from where it was committed to end, over its own length. */
export interface ReplayTolerance {
  /** What the contributor computed in, and what the platform does: device/type/quantization. */
  declared: string;
  referee: string;
  /** Of the first segment, where rounding weighs most: B is 0, and AdamW gives every gradient the same size. */
  first: number;
  later: number;
}

/**
 * Measured on SmolLM2-135M and a toy in float32: honest work under other instruction sets (AVX2, SSE4.1) and in other
 * batches than AVX-512's comes to at most 3.7e-3 of a segment's length in the first, 2.1e-4 in the second and 6.7e-5 in
 * later ones; one row replaced to at least 0.149 in the first and 0.018 later. The limits lie between, about as many
 * times above the one as below the other. Where a pair is not here nobody has measured it, or, as bfloat16 on CPUs,
 * honest work lies as far as cheats: nothing is judged by it.
 */
export const replayTolerances: readonly ReplayTolerance[] = [
  { declared: "cpu/float32/none", referee: "cpu/float32/none", first: 2e-2, later: 2e-3 },
];

/** Whether anything is known to tell work in this arithmetic by. */
export function isReplayable(declared: string): boolean {
  return replayTolerances.some((one) => one.declared === declared);
}

/** The tolerance between two arithmetics; undefined where it is not known. */
export function toleranceBetween(declared: string, referee: string): ReplayTolerance | undefined {
  return replayTolerances.find((one) => one.declared === declared && one.referee === referee);
}

/** How one contributor's training is cut. */
export interface ReplayPlan {
  steps: number;
  /** Boundaries are one more: the first lies before the first step, the last after the last. */
  segments: number;
  /** The most bytes that a boundary's file has. */
  boundaryBytes: number;
  /** What it has to be computed in; undefined where the machine chooses. */
  arithmetic?: string | undefined;
}

/** How training on a shard is cut; undefined where the job asks for no replay, or nobody counted the rows that fit. */
export function replayPlanOf(
  { training, dataset, series, replay }: Pick<AdapterSpec, "training" | "dataset" | "series" | "replay">,
  shard: number,
): ReplayPlan | undefined {
  const rows = dataset.fittingRows?.[shard];
  if (!replay || !rows) return undefined;
  const steps = stepRates({ ...training, rows, round: series?.round, rounds: series?.rounds }).length;
  return { ...replay, steps, segments: Math.min(replay.segments, steps) };
}

/** After how many steps a boundary lies. */
export function stepsBefore(
  boundary: number,
  { steps, segments }: Pick<ReplayPlan, "steps" | "segments">,
): number {
  return Math.floor((boundary * steps) / segments);
}

/** Seconds that a contributor has to hand over what is drawn of its delivery so many seconds after the submission. */
export function openSecondsOf({
  reviewPeriodSeconds,
  sinceSubmission,
}: {
  reviewPeriodSeconds: number;
  sinceSubmission: number;
}): number {
  const { openShare, leastOpenShare, latestShare } = replayTerms;
  const left = latestShare * reviewPeriodSeconds - sinceSubmission;
  return Math.min(openShare * reviewPeriodSeconds, Math.max(left, leastOpenShare * reviewPeriodSeconds));
}

/** The most segments of a training that can be handed over and done again in time, with what else of its job is. */
export function segmentsInTime({
  segments,
  boundaryBytes,
  segmentUses,
  reviewPeriodSeconds,
  sinceSubmission,
  others,
  elsewhere,
}: {
  segments: number;
  boundaryBytes: number;
  /** Uses of a parameter by a token that one segment takes. */
  segmentUses: number;
  reviewPeriodSeconds: number;
  /** Seconds from the submission to the draw. */
  sinceSubmission: number;
  /** Trainings of the job that get as many, and segments of its further ones. */
  others: number;
  elsewhere: number;
}): number {
  const { latestShare, inTime } = replayTerms;
  const openSeconds = openSecondsOf({ reviewPeriodSeconds, sinceSubmission });
  const boundaries = Math.floor((openSeconds * inTime.bytesPerSecond) / boundaryBytes);
  // Both ends of each, which none may share, the first and the last; of all of them no more than there are.
  const opened = boundaries > segments ? segments : Math.floor((boundaries - 2) / 2);
  const left = latestShare * reviewPeriodSeconds - sinceSubmission - openSeconds;
  const again = (Math.min(inTime.share * reviewPeriodSeconds, left) * inTime.usesPerSecond) / segmentUses;
  return Math.max(0, Math.min(opened, Math.floor((again - elsewhere) / (1 + others))));
}

/**
 * How many of a delivery's segments are drawn, by what it is paid and by how many deliveries for its slot this check
 * refused before it, for whose sake there are no more than are done again in time.
 */
export function drawnSegments(
  segments: number,
  paidWei: bigint,
  { refusedBefore, inTime }: { refusedBefore: number; inTime: number } = { refusedBefore: 0, inTime: 0 },
): number {
  const { drawnFrom, leastShare, drawnAfterRefusal } = replayTerms;
  const byWorth = drawnFrom.find((row) => paidWei >= row.paidWei)?.segments ?? 0;
  const afterRefusals = refusedBefore > 0 ? drawnAfterRefusal * 2 ** (refusedBefore - 1) : 0;
  return Math.min(
    segments,
    Math.max(byWorth, Math.ceil(segments * leastShare), Math.min(afterRefusals, inTime)),
  );
}

/**
 * The boundaries that are asked for: both ends of each drawn segment, the first of all, which must be the job's own
 * start, and the last, which must be what is delivered.
 */
export function askedBoundaries(drawn: readonly number[], segments: number): number[] {
  const asked = new Set([0, segments, ...drawn.flatMap((segment) => [segment, segment + 1])]);
  return [...asked].sort((a, b) => a - b);
}

/** States that lie in the clear at once at the fewest while a delivery is judged: two segments' ends, or one's and two to try. */
export const statesAtOnce = 4;

/** States of a delivery that may lie here besides one copy of each that is asked for: of one that came badly. */
export const spareStates = 1;

/** Room that so many bytes of states take that are handed over, and those of them that lie in the clear at once. */
export function statesBytes(sealedBytes: number, boundaryBytes: number): number {
  return sealedBytes + statesAtOnce * boundaryBytes;
}

/** The most that a delivery takes of which none was refused before, wherever in the training its segments are drawn. */
export function mostStatesBytes({
  segments,
  boundaryBytes,
  paidWei,
}: {
  segments: number;
  boundaryBytes: number;
  paidWei: bigint;
}): number {
  const asked = Math.min(segments + 1, 2 * drawnSegments(segments, paidWei) + 2);
  return statesBytes((asked + spareStates) * boundaryBytes, boundaryBytes);
}

const countText = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number);

/** What a trainer writes into the metadata of an adapter's file: so it is in the sealed file that the submission names. */
export const commitmentSchema = z.object({
  segments: countText,
  steps: countText,
  /** Of the hash tree over the boundaries' files. */
  root: z.string().regex(/^[0-9a-f]{64}$/),
  /** What the training was computed in: device/type/quantization. */
  arithmetic: arithmeticSchema,
});

export type Commitment = z.infer<typeof commitmentSchema>;

/** What doing drawn segments again came to, as a receipt tells it. */
export const replayOutcomeSchema = z.object({
  root: z.string(),
  steps: z.number().int(),
  segments: z.number().int().min(1).max(1_000),
  /** Of the submission, which the draw is from. */
  blockNumber: z.string(),
  blockHash: z.string(),
  /** Segments, counted from 0. */
  drawn: z.array(z.number().int()),
  /** What the contributor computed in. */
  arithmetic: z.string(),
  /** What the platform did; left out where nothing was trained again. */
  referee: z.string().optional(),
  /** Of each drawn segment's end from where it ended again, over the segment's length; none after one that is too far, empty where none was. */
  distances: z.array(z.number()),
});

export type ReplayOutcome = z.infer<typeof replayOutcomeSchema>;
