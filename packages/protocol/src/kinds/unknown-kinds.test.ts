import { expect, it } from "vitest";
import { describeUnknown, kindOfNumber, knownOf, nameOfKind } from "./unknown-kinds.ts";
import { jobKinds, kindWords } from "./words.ts";

it("a number of the escrow is a kind, or says of itself that nobody here knows it", () => {
  expect(jobKinds.map((_, number) => kindOfNumber(number))).toEqual(jobKinds);
  expect(kindOfNumber(200)).toBe("kind-200");
  expect(nameOfKind("kind-200")).toBe("A kind this version does not know");
  expect(nameOfKind(jobKinds[1])).toBe(kindWords[jobKinds[1]].name);
});

it("what this version does not know of a page is passed over, and counted", () => {
  const jobs = [{ kind: "kind-200" }, { kind: jobKinds[0], jobId: "1" }, { kind: "audio" }];
  expect(knownOf(jobs)).toEqual({ items: [{ kind: jobKinds[0], jobId: "1" }], unknown: 2 });
  expect([1, 2].map(describeUnknown)).toEqual([
    "1 job of a kind this version does not know",
    "2 jobs of a kind this version does not know",
  ]);
});
