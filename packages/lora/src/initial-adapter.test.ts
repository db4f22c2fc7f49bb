import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import vectors from "../vectors/initial-adapter.json" with { type: "json" };
import { initialA } from "./initial-adapter.ts";

it.each(vectors)("seed $seed gives $path the bytes that hashlib and numpy give", (vector) => {
  const a = initialA(vector.seed, { ...vector, outFeatures: 1 }, vector.rank);
  expect(createHash("sha256").update(new Uint8Array(a.buffer)).digest("hex")).toBe(vector.sha256);
  expect([...a.subarray(0, 4)]).toEqual(vector.first);
  expect([...a.subarray(-4)]).toEqual(vector.last);
});

it("the initial A of a lower rank is the first rows of a higher one", () => {
  const module = { path: "m", inFeatures: 7, outFeatures: 1 };
  expect(initialA(5, module, 2)).toEqual(initialA(5, module, 4).slice(0, 14));
});
