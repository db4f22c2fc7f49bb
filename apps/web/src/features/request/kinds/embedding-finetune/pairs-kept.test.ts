import { expect, it } from "vitest";
import { isEnough } from "./pairs-kept.tsx";

it("pairs are enough where each contributor has a smallest step of them besides what is held out", () => {
  expect(isEnough(66, 2)).toBe(true);
  expect(isEnough(65, 2)).toBe(false);
  expect(isEnough(58, 1)).toBe(true);
});
