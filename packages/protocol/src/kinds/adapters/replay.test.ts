import { expect, test } from "vitest";
import { verdictLimits } from "../../verdicts.ts";
import {
  askedBoundaries,
  commitmentSchema,
  drawnSegments,
  mayBeReplayed,
  openSecondsOf,
  proposeProof,
  replayPlanOf,
  replayTerms,
  segmentsFor,
  segmentsInTime,
  stepsBefore,
  toleranceBetween,
} from "./replay.ts";
import type { AdapterSpec } from "./spec.ts";

const spec = (changes: Partial<AdapterSpec>) =>
  ({
    training: { epochs: 2, learningRate: 1e-3, maxLength: 64, rowsPerStep: 4 },
    dataset: { fittingRows: [80, 6] },
    replay: { segments: 20, boundaryBytes: 1_000 },
    ...changes,
  }) as AdapterSpec;

test("a training is cut into as many segments as its job says, or as it has steps", () => {
  expect(replayPlanOf(spec({}), 0)).toEqual({ steps: 40, segments: 20, boundaryBytes: 1_000 });
  expect(replayPlanOf(spec({}), 1)).toMatchObject({ steps: 3, segments: 3 });
  expect(replayPlanOf(spec({ replay: undefined }), 0)).toBeUndefined();
  expect(replayPlanOf(spec({ dataset: {} as AdapterSpec["dataset"] }), 0)).toBeUndefined();
});

test("by default small models are replayed, and of unknown ones whoever asks for it", () => {
  expect([0.135, 0.5, 1.5, null].map(proposeProof)).toEqual(["replay", "replay", "result", "result"]);
  expect([0.135, 0.5, 1.5, null].map(mayBeReplayed)).toEqual([true, true, false, true]);
});

test("a long training is cut into more segments, and one too long for that into none", () => {
  expect([1, 2e14, 2.01e14, 1e15, 1.01e15].map((uses) => segmentsFor(uses, 20))).toEqual([
    20,
    20,
    21,
    100,
    undefined,
  ]);
  expect(segmentsFor(5e15, 500)).toBe(500);
});

test("segments cover all steps, and each has at least one", () => {
  for (const plan of [
    { steps: 40, segments: 20 },
    { steps: 47, segments: 20 },
    { steps: 3, segments: 3 },
  ]) {
    const ends = Array.from({ length: plan.segments + 1 }, (_, boundary) => stepsBefore(boundary, plan));
    expect([ends[0], ends.at(-1)]).toEqual([0, plan.steps]);
    for (let i = 0; i < plan.segments; i++) expect(ends[i + 1]).toBeGreaterThan(ends[i]!);
  }
});

test("at least two segments are drawn and a twentieth of them, more where more is paid, never more than there are", () => {
  const pol = 10n ** 18n;
  expect([1n, 9n * pol, 10n * pol, 100n * pol, 5_000n * pol].map((paid) => drawnSegments(20, paid))).toEqual([
    2, 2, 3, 4, 8,
  ]);
  expect(drawnSegments(100, 1n)).toBe(5);
  expect(drawnSegments(1, 5_000n * pol)).toBe(1);
  expect(replayTerms.openShare).toBeLessThan(0.5);
});

test("after a refusal all of a slot's segments are drawn up to twenty, and twice as many after each further one", () => {
  const drawn = (segments: number, refusedBefore: number, inTime = 1_000) =>
    drawnSegments(segments, 1n, { refusedBefore, inTime });
  expect([0, 1, 2].map((refused) => drawn(20, refused))).toEqual([2, 20, 20]);
  expect([0, 1, 2, 3, 4].map((refused) => drawn(100, refused))).toEqual([5, 20, 40, 80, 100]);
  expect(drawn(9, 31)).toBe(9);
  expect([drawn(20, 1, 7), drawn(20, 1, 0)]).toEqual([7, 2]);
});

const hour = {
  ...{ segments: 100, boundaryBytes: 3e6, segmentUses: 1e10, reviewPeriodSeconds: 3_600 },
  ...{ sinceSubmission: 0, others: 0, elsewhere: 0 },
};

test("no more are drawn for that than the platform does again in time, with what else of the job comes to it", () => {
  const day = { ...hour, segmentUses: 1e13, reviewPeriodSeconds: 24 * 3_600 };
  expect(segmentsInTime(hour)).toBe(100);
  expect(segmentsInTime({ ...hour, segmentUses: 1e13 })).toBe(1);
  expect(segmentsInTime(day)).toBe(34);
  expect([1, 2, 4].map((others) => segmentsInTime({ ...day, others }))).toEqual([17, 11, 6]);
  expect(segmentsInTime({ ...day, others: 2, elsewhere: 10 })).toBe(8);
  expect(
    [0.1, 0.2, 0.35, 0.5].map((share) => segmentsInTime({ ...day, sinceSubmission: share * 86_400 })),
  ).toEqual([34, 20, 0, 0]);
});

test("and never more than an honest contributor can hand over, wherever in the training they are drawn", () => {
  const open = replayTerms.openShare * hour.reviewPeriodSeconds * replayTerms.inTime.bytesPerSecond;
  for (const boundaryBytes of [2.9e6, 1e7, 3e7, 1e8, 2.4e8, 1e9])
    for (const segments of [9, 20, 100]) {
      const drawn = segmentsInTime({ ...hour, segments, boundaryBytes });
      const apart = Array.from({ length: drawn }, (_, at) => (drawn === segments ? at : 2 * at + 1)).filter(
        (segment) => segment < segments,
      );
      if (drawn > 0)
        expect(askedBoundaries(apart, segments).length * boundaryBytes).toBeLessThanOrEqual(open);
    }
  expect(segmentsInTime({ ...hour, boundaryBytes: 3e7 })).toBe(11);
  expect(segmentsInTime({ ...hour, boundaryBytes: 3e7, segments: 23 })).toBe(23);
  expect(segmentsInTime({ ...hour, boundaryBytes: 1e12 })).toBe(0);
});

test("the later it is drawn, the less time there is to hand over, and a tenth of the review period at least", () => {
  const open = (share: number) =>
    openSecondsOf({ reviewPeriodSeconds: 1_000, sinceSubmission: 1_000 * share });
  expect([0, 0.35, 0.5, 0.65, 0.8].map(open)).toEqual([400, 400, 250, 100, 100]);
  const { drawShare, leastOpenShare, arrivalShare, lastShare, latestShare } = replayTerms;
  // What comes as late as it may is drawn, handed over and done again while the escrow takes refusals.
  expect(verdictLimits.absentShare + leastOpenShare).toBeLessThanOrEqual(latestShare);
  expect(drawShare + leastOpenShare + arrivalShare).toBeLessThan(1);
  expect(lastShare).toBeLessThan(1);
});

test("asked for are the ends of what was drawn, the start and the end", () => {
  expect(askedBoundaries([3, 4, 12], 20)).toEqual([0, 3, 4, 5, 12, 13, 20]);
  expect(askedBoundaries([0], 1)).toEqual([0, 1]);
});

test("a tolerance is only where one was measured", () => {
  expect(toleranceBetween("cpu/float32/none", "cpu/float32/none")).toMatchObject({
    first: 2e-2,
    later: 2e-3,
  });
  expect(toleranceBetween("cuda/bfloat16/nf4", "cpu/float32/none")).toBeUndefined();
});

test("a commitment is read as the trainer writes it, and nothing else is", () => {
  const written = { segments: "20", steps: "60", root: "0a".repeat(32), arithmetic: "cpu/float32/none" };
  expect(commitmentSchema.parse({ ...written, format: "pt" })).toEqual({
    ...written,
    segments: 20,
    steps: 60,
  });
  for (const changes of [
    { segments: "0" },
    { steps: "1e3" },
    { root: "0A".repeat(32) },
    { arithmetic: "cpu" },
  ])
    expect(commitmentSchema.safeParse({ ...written, ...changes }).success).toBe(false);
});
