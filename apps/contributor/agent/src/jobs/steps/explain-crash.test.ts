import { TrainChainError } from "@trainchain/protocol";
import { expect, it } from "vitest";
import type { JobFacts } from "../job-record.ts";
import { explainCrash } from "./explain-crash.ts";

const ended = (exitCode: number | null, code: "internal" | "storage-unavailable" = "internal") =>
  new TrainChainError(code, `exited with ${exitCode}`, { facts: { exitCode } });

/** The steps that one start after the other comes to, until it is no longer tried again; the number of starts. */
function startsUntilFinal(steps: number[], error: TrainChainError): number {
  let facts: JobFacts = {};
  for (const [start, reached] of steps.entries()) {
    const crash = explainCrash(facts, { error, reached, maxCrashes: 5 });
    facts = { ...facts, ...crash.facts };
    if (crash.error.facts.isFinal) return start + 1;
  }
  return Number.POSITIVE_INFINITY;
}

it("gives up a trainer that crashes again and again where it was, also after a step made anew each time", () => {
  expect(startsUntilFinal([0, 0, 0, 0, 0, 0], ended(1))).toBe(5);
  expect(startsUntilFinal([1, 1, 1, 1, 1, 1], ended(1))).toBe(5);
  expect(startsUntilFinal([7, 3, 6, 7, 2, 7], ended(null))).toBe(5);
});

it("forgives the crashes of a trainer that comes further each time", () => {
  expect(startsUntilFinal([1, 2, 3, 4, 5, 6, 7, 8], ended(1))).toBe(Number.POSITIVE_INFINITY);
  expect(startsUntilFinal([3, 3, 3, 3, 4, 4, 4, 4, 4], ended(1))).toBe(9);
});

it("counts no hub that is away, and asks a person at once for what only a person can mend", () => {
  const away = ended(75, "storage-unavailable");
  expect(startsUntilFinal(Array(20).fill(0), away)).toBe(Number.POSITIVE_INFINITY);
  expect(away.mayRetry).toBe(true);
  expect(startsUntilFinal([0], ended(2))).toBe(1);
});
