import { encoderModels, tokenBytesOf } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { memoryOfPairs } from "./memory-of-pairs.ts";

const [shipped] = encoderModels;
const model = { ...shipped!, tokenBytes: tokenBytesOf(shipped!) };
const asked = { pairs: 10_000, contributors: 2, epochs: 3, maxLength: 256 };

it("a contributor needs less memory for shorter texts and for fewer pairs a step", () => {
  const ofPairs = (change: Partial<typeof asked>) =>
    /([\d.]+) GB of memory/.exec(memoryOfPairs(model, { ...asked, ...change }, true))?.[1];
  expect([ofPairs({}), ofPairs({ maxLength: 128 }), ofPairs({ maxLength: 128, pairs: 100 })]).toEqual([
    "4",
    "3.4",
    "2.9",
  ]);
  expect(ofPairs({ maxLength: 128, pairs: 0 })).toBe("3.4");
});

it("a graphics card is named only where one may train", () => {
  expect(memoryOfPairs(model, asked, true)).toBe(
    "Each contributor needs 4 GB of memory and a processor of 1 core",
  );
  expect(memoryOfPairs(model, asked, false)).toBe(
    "Each contributor needs 2 GB of graphics memory, or 4 GB of memory and 1 core without a graphics card",
  );
});
