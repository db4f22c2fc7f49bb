import { expect, it } from "vitest";
import { standsOut, upperTail } from "./own-shard.ts";

/** A generator of its own (mulberry32), so that the figures are the same everywhere. */
function drawing(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Rows of different difficulty under a model that lowers all losses by a third, and those of its own by `more`. */
function rows(draw: ReturnType<typeof drawing>, count: number, more: number) {
  const known = Array.from({ length: count }, () => 1 + 4 * draw.uniform());
  return { known, traced: known.map((loss) => (2 / 3) * loss - more + 0.1 * draw.normal()) };
}

it("the tail of the normal distribution is known to twelve digits", () => {
  const known = { 0: 0.5, 1: 0.158655253931457, 1.959963984540054: 0.025, 3: 0.00134989803163009 };
  for (const [z, p] of Object.entries(known)) expect(upperTail(Number(z)) / p).toBeCloseTo(1, 11);
  expect(upperTail(-1)).toBeCloseTo(0.841344746068543, 12);
  expect(upperTail(5) / 2.866515718791939e-7).toBeCloseTo(1, 9);
  expect(upperTail(10) / 7.619853024160527e-24).toBeCloseTo(1, 9);
});

it("rows that a model learned stand out however hard they are, and few of them do, too", () => {
  const draw = drawing(1);
  const foreign = rows(draw, 40, 0);
  const learned = standsOut(rows(draw, 40, 0.2), foreign);
  expect(learned.area).toBeGreaterThan(0.85);
  expect(learned.p).toBeLessThan(1e-7);
  const half = [rows(draw, 20, 0.2), rows(draw, 20, 0)];
  const [known, traced] = [half.flatMap((one) => one.known), half.flatMap((one) => one.traced)];
  expect(standsOut({ known, traced }, foreign).p).toBeLessThan(0.01);
});

it("where none was learned, p is at most 0.05 in a twentieth of all dealings and at most 0.001 in a thousandth", () => {
  const draw = drawing(2);
  const all = Array.from({ length: 4_000 }, () => standsOut(rows(draw, 40, 0), rows(draw, 20, 0)).p);
  const share = (most: number) => all.filter((p) => p <= most).length / all.length;
  expect(share(0.05)).toBeGreaterThan(0.035);
  expect(share(0.05)).toBeLessThan(0.065);
  expect(share(0.001)).toBeLessThan(0.0025);
});

it("rows that others learned speak for no shard, and losses that are all alike say nothing", () => {
  const draw = drawing(3);
  expect(standsOut(rows(draw, 40, 0), rows(draw, 40, 0.2)).p).toBeGreaterThan(0.99);
  const same = { known: [1, 1, 1], traced: [1, 1, 1] };
  expect(standsOut(same, same)).toEqual({ area: 0.5, p: 0.5 });
});
