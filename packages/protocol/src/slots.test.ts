import { expect, it } from "vitest";
import { slotStatuses } from "./job-states.ts";
import { freeSlots } from "./slots.ts";

it("a slot is free unless somebody trains or has delivered, and was not refused for good", () => {
  const slots = slotStatuses.slice(1).map((status) => ({ status }));
  expect(freeSlots({ terms: { maxContributors: 7 }, slots })).toBe(2);
  expect(freeSlots({ terms: { maxContributors: 1 }, slots })).toBe(0);
});
