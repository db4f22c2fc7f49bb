import { expect, it } from "vitest";
import {
  type AcceptanceStanding,
  assertAcceptanceAffordable,
  mostAcceptanceGas,
} from "./relayed-acceptances.ts";

const budget = { gasPerWallet: 400_000n, gasPerJob: 500_000n, gasPerDay: 600_000n };
const newcomer = { ofWallet: 0n, ofJob: 0n, inAll: 0n, wasPaid: false, hasAnother: false };
const refusalOf = (standing: Partial<AcceptanceStanding>) => {
  try {
    assertAcceptanceAffordable({ ...newcomer, ...standing }, budget);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

it("an acceptance is paid for while its wallet, its job and the day have gas left for the most that one may take", () => {
  expect(refusalOf({})).toBeUndefined();
  for (const [whose, spent, most] of [
    ["wallet", "ofWallet", budget.gasPerWallet],
    ["job", "ofJob", budget.gasPerJob],
    ["everybody", "inAll", budget.gasPerDay],
  ] as const) {
    expect(refusalOf({ [spent]: most - mostAcceptanceGas })).toBeUndefined();
    expect(refusalOf({ [spent]: most - mostAcceptanceGas + 1n })).toContain(whose);
  }
});

it("a wallet that was never paid has one slot at a time; one that was paid is bounded by the budgets alone", () => {
  expect(refusalOf({ hasAnother: true })).toContain("one slot at a time");
  expect(refusalOf({ hasAnother: true, wasPaid: true })).toBeUndefined();
});
