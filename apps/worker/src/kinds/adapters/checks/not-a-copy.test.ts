import { type CheckResult, defaultThresholds } from "@trainchain/protocol";
import { expect, test } from "vitest";
import { judgeOwnGain, ownGainOf } from "./not-a-copy.ts";

const alike: CheckResult = {
  check: "not-a-copy",
  verdict: "failed",
  figure: 0.95,
  threshold: 0.9,
  message: "The update copies others.",
};

test("the gain is 1 where what is added improves the loss by its share of the squared size", () => {
  const share = 1 - 0.95 ** 2;
  expect(ownGainOf({ start: 5, nearest: 4 + share, own: 4 }, 0.95)).toBeCloseTo(1, 12);
  expect(ownGainOf({ start: 5, nearest: 4, own: 4 }, 0.95)).toBe(0);
  expect(ownGainOf({ start: 5, nearest: 3.9, own: 4 }, 0.95)).toBeLessThan(0);
});

test("what did not improve its own rows has gained nothing, nor has what has no finite loss", () => {
  expect(ownGainOf({ start: 4, nearest: 6, own: 5 }, 0.95)).toBe(0);
  expect(judgeOwnGain(alike, { start: 5, nearest: Number.NaN, own: 4 }).verdict).toBe("failed");
});

test("an alike update passes with its own gain and its figure, and is refused without", () => {
  const passed = judgeOwnGain(alike, { start: 5, nearest: 4.05, own: 4 });
  expect(passed).toMatchObject({ verdict: "passed", figure: 0.95, threshold: 0.9 });
  expect(passed.message).toBe(
    "The update is like others (cosine 0.95 with the earlier updates), but its own: on its own rows it is better than they are, by 0.51 times what its size lets expect; at least 0.2 is asked.",
  );
  const refused = judgeOwnGain(alike, { start: 5, nearest: 4.0001, own: 4 });
  expect(refused.verdict).toBe("failed");
  expect(refused.message).toMatch(/^The update copies others: .* helps on its own rows by 0.00 times/);
});

test("no other check is touched", () => {
  const size: CheckResult = { ...alike, check: "optimizer-reach" };
  expect(judgeOwnGain(size, { start: 5, nearest: 4.5, own: 4 })).toBe(size);
  expect(defaultThresholds.ownGain).toBeLessThan(0.4);
});
