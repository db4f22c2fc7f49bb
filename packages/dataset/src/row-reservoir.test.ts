import { expect, it } from "vitest";
import { serialiseRow } from "./dataset-row.ts";
import { createRowReservoir } from "./row-reservoir.ts";

function sample(count: number, limits?: { mostRows?: number; mostBytes?: number }, length = 1) {
  const reservoir = createRowReservoir(limits);
  const encoder = new TextEncoder();
  for (let at = 0; at < count; at++)
    reservoir.add(
      encoder.encode(serialiseRow({ instruction: String(at), input: "", output: "é".repeat(length) })),
    );
  return reservoir.rows().map(({ instruction }) => Number(instruction));
}

it("few rows are all kept, in their order", () => {
  expect(sample(50)).toEqual(Array.from({ length: 50 }, (_, at) => at));
});

it("of many a fixed number is drawn from all parts of the file, the same each time", () => {
  const drawn = sample(10_000, { mostRows: 100 });
  expect(drawn.length).toBe(100);
  expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
  expect(sample(10_000, { mostRows: 100 })).toEqual(drawn);
  const inFirstHalf = drawn.filter((at) => at < 5_000).length;
  expect(inFirstHalf).toBeGreaterThan(30);
  expect(inFirstHalf).toBeLessThan(70);
});

it("long rows are fewer: their bytes have a bound too", () => {
  const drawn = sample(1_000, { mostBytes: 20_000 }, 500);
  expect(drawn.length).toBeGreaterThan(5);
  expect(drawn.length).toBeLessThan(20);
});
