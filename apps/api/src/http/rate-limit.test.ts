import { expect, it } from "vitest";
import { createSlidingWindow, routeClassOf } from "./rate-limit.ts";

const rate = { limit: 10, windowMs: 1_000 };

it("never lets more than the limit through in any stretch of one window", () => {
  let now = 0;
  const limiter = createSlidingWindow(() => now);
  const taken: number[] = [];
  for (now = 0; now < 5_000; now += 7) if (limiter.take("a", rate) === 0) taken.push(now);
  for (const start of taken) {
    // The last window is weighed as if spread evenly, so that the count may be off by the part that was not.
    expect(taken.filter((time) => time >= start && time < start + 1_000).length).toBeLessThanOrEqual(20);
  }
  expect(taken.length).toBeGreaterThan(30);
  expect(taken.length).toBeLessThanOrEqual(60);
});

it("counts each caller by itself and says how long to wait", () => {
  const limiter = createSlidingWindow(() => 250);
  for (let count = 0; count < 10; count++) expect(limiter.take("a", rate)).toBe(0);
  expect(limiter.take("a", rate)).toBe(750);
  expect(limiter.take("b", rate)).toBe(0);
});

it("remembers a bounded number of callers", () => {
  const limiter = createSlidingWindow(() => 0, 2);
  for (let count = 0; count < 10; count++) limiter.take("first", rate);
  limiter.take("second", rate);
  limiter.take("third", rate);
  expect(limiter.take("first", rate)).toBe(0);
});

it.each([
  ["POST", "/auth/login", "login"],
  ["PATCH", "/uploads/1", "upload"],
  ["GET", "/uploads-status/1", "read"],
  ["GET", "/jobs/1/result", "download"],
  ["GET", "/ipfs/bafy", "download"],
  ["POST", "/jobs/1/progress", "progress"],
  ["POST", "/jobs/submit-adapter", "write"],
])("%s %s counts as %s", (method, path, expected) => {
  expect(routeClassOf(method, path)).toBe(expected);
});
