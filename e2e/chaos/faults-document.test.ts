import { expect, it } from "vitest";
import type { Fault } from "./fault.ts";
import { printDocument } from "./faults-document.ts";
import type { Outcome } from "./run-job.ts";

const fault = (name: string): Fault => ({
  name,
  at: "5: the job is listed",
  end: "completed",
  strike: async () => undefined,
});
const outcome = (name: string, end: string): Outcome => ({
  fault: name,
  at: "5: the job is listed",
  end,
  contributorWei: "950000",
  requesterWei: "-1000000",
  leftWei: "0",
  seconds: 1,
  ok: true,
});

it("a part of the faults tried again replaces its own rows alone, and says how many were never tried", () => {
  const first = printDocument(
    ["fire", "flood", "gone"].map(fault),
    [outcome("fire", "paid once"), outcome("gone", "paid once")],
    "",
  );
  const second = printDocument(["fire", "flood", "frost"].map(fault), [outcome("flood", "refunded")], first);
  expect(second.split("\n").filter((line) => line.includes("5: the job"))).toEqual([
    "| fire | 5: the job is listed | paid once | 950000 | -1000000 | 0 | yes |",
    "| flood | 5: the job is listed | refunded | 950000 | -1000000 | 0 | yes |",
  ]);
  expect(second).toContain("1 of the 3 faults");
});
