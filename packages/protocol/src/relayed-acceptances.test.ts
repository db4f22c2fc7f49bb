import { expect, it } from "vitest";
import { type AcceptanceStanding, assertAcceptanceAffordable, mostSeatGas } from "./relayed-acceptances.ts";

const budget = { gasPerWallet: 1_100_000n, gasPerJob: 1_200_000n, gasPerDay: 1_300_000n };
const newcomer = { ofWallet: 0n, ofJob: 0n, inAll: 0n, wasPaid: false, hasAnother: false, hasReferee: false };
const refusalOf = (standing: Partial<AcceptanceStanding>) => {
  try {
    assertAcceptanceAffordable({ ...newcomer, ...standing }, budget);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

it("an acceptance is paid for while its wallet, its job and the day have gas left for the most that it may come to", () => {
  expect(refusalOf({})).toBeUndefined();
  for (const hasReferee of [false, true])
    for (const [whose, spent, most] of [
      ["wallet", "ofWallet", budget.gasPerWallet],
      ["job", "ofJob", budget.gasPerJob],
      ["everybody", "inAll", budget.gasPerDay],
    ] as const) {
      const last = most - mostSeatGas(hasReferee);
      expect(refusalOf({ [spent]: last, hasReferee })).toBeUndefined();
      expect(refusalOf({ [spent]: last + 1n, hasReferee })).toContain(whose);
    }
});

it("a slot is charged with whatever it can come to: delivered rubbish costs more than nothing, a referee more still", () => {
  expect([mostSeatGas(false), mostSeatGas(true)]).toEqual([560_000n, 960_000n]);
});

it("a wallet that was never paid has one slot at a time; one that was paid is bounded by the budgets alone", () => {
  expect(refusalOf({ hasAnother: true })).toContain("one slot at a time");
  expect(refusalOf({ hasAnother: true, wasPaid: true })).toBeUndefined();
});
