import { beforeAll, expect, it } from "vitest";
import { isRefused, type Judged, judgeToyJobs } from "./judge-toy-jobs.ts";
import { readTable, verdictsOf, verdictTable } from "./verdict-table.ts";

let judged: Judged[];
beforeAll(async () => {
  judged = await judgeToyJobs();
  console.log(verdictTable(judged));
});

/** The checks that each of this work failed beside so many honest deliveries. */
const failedOnes = (work: string, beside: number) =>
  judged
    .filter((one) => one.work === work && one.beside === beside)
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
  ["sign flipped", "held-out-loss"],
  ["scaled by 10", "optimizer-reach"],
  ["scaled by 2.5", "optimizer-reach"],
  ["a tenth of the steps", "optimizer-reach"],
  ["of another job", "same-start"],
  ["on another base model", "held-out-loss"],
  ["of another shape", "safetensors"],
])("%s is refused by the check %s, whoever delivered before", (work, check) => {
  for (const beside of [0, 1, 2, 3]) expectEachToFail(work, check, beside);
});

it.each([
  ["copy", 1],
  ["rotated copy", 1],
  ["copy with noise 10 %", 1],
  ["average of the others", 2],
])("%s is refused by the check not-a-copy beside %i that it is made of, and more", (work, least) => {
  for (let beside = least; beside <= 3; beside++) expectEachToFail(work, "not-a-copy", beside);
});

function expectEachToFail(work: string, check: string, beside: number): void {
  const failed = failedOnes(work, beside);
  expect(failed).not.toEqual([]);
  for (const checks of failed) expect(checks).toContain(check);
}

it("docs/verification.md says which check catches what, as this run gave it", () => {
  expect(verdictsOf(readTable())).toBe(verdictsOf(verdictTable(judged)));
});
