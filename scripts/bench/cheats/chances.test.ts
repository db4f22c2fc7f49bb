import { expect, test } from "vitest";
import { chanceToBePaid, chanceToPass, profitOf } from "./chances.ts";

test("two of twenty stages find work that cheats in one of them in a tenth of all draws, in half of them in three quarters", () => {
  const [stages, drawn] = [20, 2];
  const chances = [0, 1, 10, 18, 19, 20].map((untrue) => chanceToPass({ stages, drawn, untrue }));
  const expected = [1, 18 / 20, (10 * 9) / (20 * 19), 2 / (20 * 19), 0, 0];
  for (const [i, chance] of chances.entries()) expect(chance).toBeCloseTo(expected[i]!, 12);
});

test("a cheat counts where it is paid most often, and training done again refuses it as often as its draw finds it", () => {
  const replay = { stages: 20, drawn: 2, untrue: 10 };
  const alone = { checks: [], replay };
  const company = { contributors: 2, how: "one" as const };
  const seeds = [
    { name: "a", work: 0.5, alone, companies: [{ ...company, failed: [undefined] }] },
    {
      name: "a",
      work: 0.5,
      alone,
      companies: [
        { ...company, failed: ["not-a-copy"] },
        { ...company, how: "most" as const, failed: [undefined, "not-a-copy"] },
      ],
    },
  ];
  expect(chanceToBePaid(seeds, 2, false)).toBe(0.5);
  expect(chanceToBePaid(seeds, 2, true)).toBeCloseTo(0.5 * (90 / 380), 12);
});

test("what fails for want of a commitment is paid where none is asked for", () => {
  const companies = [{ contributors: 1, how: "one" as const, failed: ["replay"] }];
  const seeds = [{ name: "a", work: 1, alone: { checks: [] }, companies }];
  expect([false, true].map((withReplay) => chanceToBePaid(seeds, 1, withReplay))).toEqual([1, 0]);
});

test("who hands in the same work again after a refusal gains by it only where later draws may miss what is false", () => {
  const companies = [{ contributors: 1, how: "one" as const, failed: [undefined] }];
  const profit = (work: number, stages: number, untrue: number) =>
    profitOf(
      [{ name: "a", work, alone: { checks: [], replay: { stages, drawn: 2, untrue } }, companies }],
      1,
    );
  const gas = 0.00171;
  expect(profit(0.5, 20, 10)).toBeCloseTo((10 * 9) / (20 * 19) - 0.5 - gas, 9);
  expect(profit(0.95, 20, 1)).toBeCloseTo(0.9 - 0.95 - gas, 9);
  expect(profit(0.99, 100, 1)).toBeGreaterThan(0);
  expect(
    profitOf(
      [{ name: "b", work: 0, alone: { checks: [] }, companies: [{ ...companies[0]!, failed: ["replay"] }] }],
      1,
    ),
  ).toBeCloseTo(-gas, 9);
});
