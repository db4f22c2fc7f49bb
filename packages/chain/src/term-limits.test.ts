import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { termLimits } from "./create-job.ts";

it.each(["AIModelTraining", "AIModelTrainingV2"])("terms are checked with the limits that %s has", (name) => {
  const contract = new URL(`../../../contracts/src/${name}.sol`, import.meta.url);
  const source = readFileSync(contract, "utf8");
  expect(source).toContain("MAX_CONTRIBUTORS = 32;");
  expect(source).toContain("MAX_ACCEPT_WINDOW = 90 days;");
  expect(source).toContain("MIN_PERIOD = 1 minutes;");
  expect(source).toContain("MAX_PERIOD = 30 days;");
  expect(source).toContain("MAX_CID_LENGTH = 128;");
  expect(source).toContain("MAX_FEE_BPS = 1_000;");
  expect(termLimits).toEqual({
    maxContributors: 32,
    maxAcceptWindow: 7_776_000,
    minPeriod: 60,
    maxPeriod: 2_592_000,
    maxCidLength: 128,
    maxFeeBps: 1_000,
  });
});
