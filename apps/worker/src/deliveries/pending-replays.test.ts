import type { CheckResult } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { pendingReplays } from "./pending-replays.ts";

const check = (verdict: CheckResult["verdict"]): CheckResult => ({
  ...{ check: "replay", verdict, figure: null, threshold: null, message: "" },
});
const job = { maxContributors: 5 };
const slots = [
  { slot: 0, contributor: "refused" },
  { slot: 0, contributor: "next" },
  { slot: 1, contributor: "passed" },
  { slot: 2, contributor: "refused too" },
  { slot: 3, contributor: "waits" },
];
const replays = [
  { contributor: "refused", check: check("failed") },
  { contributor: "next", check: null },
  { contributor: "passed", check: check("passed") },
  { contributor: "refused too", check: check("failed") },
  { contributor: "waits", check: null },
];

it("all of a job's slots share the time for doing trainings again, but those that are judged", () => {
  expect(pendingReplays({ job, slots }, replays, 0)).toEqual({ refusedBefore: 1, others: 1, few: 2 });
  expect(pendingReplays({ job, slots }, replays, 3)).toEqual({ refusedBefore: 0, others: 2, few: 1 });
  expect(pendingReplays({ job, slots: [] }, [], 0)).toEqual({ refusedBefore: 0, others: 0, few: 4 });
});
