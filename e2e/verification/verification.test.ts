import { beforeAll, expect, it } from "vitest";
import { isRefused, type Judged, judgeToyJobs } from "./judge-toy-jobs.ts";
import { readTable, verdictsOf, verdictTable } from "./verdict-table.ts";

let judged: Judged[];
beforeAll(async () => {
  judged = await judgeToyJobs();
  console.log(verdictTable(judged));
});

const failedOnes = (work: string) =>
  judged
    .filter((one) => one.work === work)
    .map(({ checks }) => checks.flatMap(({ check, verdict }) => (verdict === "failed" ? [check] : [])));

it("honest work of 20 jobs with different seeds is never refused", () => {
  const honest = judged.filter(({ work }) => work === "honest");
  expect(honest).toHaveLength(60);
  expect(honest.filter(({ checks }) => isRefused(checks))).toEqual([]);
});

it("no cheat gets an honest adapter of its job refused", () => {
  expect(judged.filter(({ harmsHonest }) => harmsHonest)).toEqual([]);
});

it.each([
  ["zero", "optimizer-reach"],
  ["random", "same-start"],
  ["rotated copy", "not-a-copy"],
  ["copy with noise 10 %", "not-a-copy"],
  ["average of the others", "not-a-copy"],
  ["sign flipped", "held-out-loss"],
  ["scaled by 10", "optimizer-reach"],
  ["scaled by 2.5", "optimizer-reach"],
  ["a tenth of the steps", "optimizer-reach"],
  ["of another job", "same-start"],
  ["on another base model", "held-out-loss"],
  ["of another shape", "safetensors"],
])("%s is refused by the check %s", (work, check) => {
  const failed = failedOnes(work);
  expect(failed.length).toBeGreaterThan(0);
  for (const checks of failed) expect(checks).toContain(check);
});

it("docs/verification.md says which check catches what, as this run gave it", () => {
  expect(verdictsOf(readTable())).toBe(verdictsOf(verdictTable(judged)));
});
