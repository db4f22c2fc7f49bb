import { expect, it } from "vitest";
import { measureGas } from "./bench-gas.ts";

it("the gas of a three-contributor job is measured call by call and summed", async () => {
  const rows = await measureGas();
  expect(rows.map(({ call }) => call)).toEqual([
    "create",
    "accept 1",
    "accept 2",
    "accept 3",
    "submit 1",
    "submit 2",
    "submit 3",
    "complete",
    "in all",
  ]);
  for (const { gas, predecessorGas, ratio } of rows) {
    expect(gas).toBeGreaterThan(21_000);
    expect(ratio).toBeCloseTo(gas / predecessorGas, 3);
  }
  const total = rows.at(-1)!;
  expect(total.gas).toBe(rows.slice(0, -1).reduce((sum, { gas }) => sum + gas, 0));
  expect(total.predecessorGas).toBe(1_075_500);
  // What the decision on storage promises; a change of the contract that costs more must say so there.
  expect(total.gas).toBeLessThanOrEqual(460_000);
});

it("the second version costs no more than the first; a bond, a referee and permits cost more", async () => {
  const first = await measureGas();
  const second = await measureGas({ escrow: "second" });
  const guarded = await measureGas({ escrow: "guarded" });
  expect(second.map(({ call }) => call)).toEqual(first.map(({ call }) => call));
  expect(second.at(-1)!.gas).toBeLessThanOrEqual(459_146);
  expect(guarded.at(-1)!.gas).toBeGreaterThan(second.at(-1)!.gas);
});
