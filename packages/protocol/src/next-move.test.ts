import { describe, expect, it } from "vitest";
import type { SlotStatus } from "./job-states.ts";
import {
  awaitsRulings,
  latestPayment,
  nextMove,
  nextMoveAfterEnd,
  type OpenJob,
  rejectBy,
} from "./next-move.ts";
import { nobody } from "./primitives.ts";

const now = 1_000;
const job = (slots: [SlotStatus, number?][], changes: Partial<OpenJob> = {}): OpenJob => ({
  ...{ minContributors: 1, maxContributors: 2, acceptBy: 900, reviewPeriodSeconds: 60, finishesEarly: false },
  ...changes,
  slots: slots.map(([status, deadline = 0], index) => ({ contributor: `0x${index}`, status, deadline })),
});

describe("a refusal that has not taken effect", () => {
  it("is enforced once its time is over, and no earlier", () => {
    for (const status of ["rejection-pending", "rejection-appealed"] as const) {
      const move = { move: "enforceRejection", contributor: "0x1" };
      expect(nextMove(job([["submitted"], [status, now - 1]]), now)).toEqual(move);
      expect(nextMoveAfterEnd(job([["submitted"], [status, now - 1]]), now)).toEqual(move);
      expect(nextMove(job([["submitted"], [status, now]]), now)).not.toEqual(move);
      expect(nextMoveAfterEnd(job([["submitted"], [status, now]]), now)).toEqual({
        ...{ move: "wait", until: now + 1 },
      });
    }
  });

  it("holds up no job that has enough without it", () => {
    expect(nextMove(job([["submitted"], ["rejection-appealed", now + 9]]), now)).toEqual({
      move: "completeJob",
    });
  });

  it("holds its slot: nobody is waited for who could take it", () => {
    const slots: [SlotStatus, number?][] = [["submitted"], ["rejection-pending", now + 9]];
    expect(nextMove(job(slots, { acceptBy: now + 500 }), now)).toEqual({ move: "completeJob" });
    const three = job(slots, { acceptBy: now + 500, maxContributors: 3 });
    expect(nextMove(three, now)).toEqual({ move: "wait", until: now + 10 });
  });

  it("holds up the end of a job that needs its delivery, and of none that cannot reach its minimum with it", () => {
    const contested: [SlotStatus, number?][] = [["submitted"], ["rejection-pending", now + 9]];
    expect(nextMove(job(contested, { minContributors: 2 }), now)).toEqual({ move: "wait", until: now + 10 });
    const three = { minContributors: 3, maxContributors: 3 };
    expect(nextMove(job(contested, three), now)).toEqual({ move: "expireJob" });
  });
});

it("only refusals are waited for once nobody trains and nobody may join", () => {
  const contested: [SlotStatus, number?][] = [["submitted"], ["rejection-pending", now + 9]];
  const two = { minContributors: 2 };
  expect(awaitsRulings(job(contested, two), now)).toBe(true);
  expect(awaitsRulings(job(contested, { ...two, acceptBy: now + 500 }), now)).toBe(true);
  expect(awaitsRulings(job(contested, { ...two, acceptBy: now + 500, maxContributors: 3 }), now)).toBe(false);
  expect(awaitsRulings(job([...contested, ["accepted", now + 5]], two), now)).toBe(false);
  expect(awaitsRulings(job(contested), now)).toBe(false);
});

it("refusals are taken until the last review is over, on the first version without end", () => {
  const terms = { acceptBy: new Date(1_000_000), trainingPeriodSeconds: 20, reviewPeriodSeconds: 3 };
  expect(rejectBy({ ...terms, bondBps: 0 })).toBe(1_023);
  expect(rejectBy({ ...terms, bondBps: null })).toBe(Number.POSITIVE_INFINITY);
});

it("every delivery can be paid once the last review is over, or once the last ruling has opened it again", () => {
  const terms = { acceptBy: new Date(1_000_000), trainingPeriodSeconds: 20, reviewPeriodSeconds: 3 };
  for (const referee of [undefined, null, nobody])
    expect(latestPayment({ ...terms, referee })).toEqual(new Date(1_023_000));
  const referee = `0x${"a".repeat(40)}`;
  expect(latestPayment({ ...terms, referee })).toEqual(new Date((1_023 + 4 * 86_400 + 3) * 1_000));
});

it("what a referee reinstated counts as delivered", () => {
  expect(nextMove(job([["reinstated"], ["submitted"]], { minContributors: 2 }), now)).toEqual({
    move: "completeJob",
  });
});

it("after a job's end nothing else is left to do", () => {
  const slots: [SlotStatus, number?][] = [["accepted", now - 5], ["submitted"], ["rejected", now - 5]];
  expect(nextMoveAfterEnd(job(slots), now)).toEqual({ move: "wait", until: undefined });
});
