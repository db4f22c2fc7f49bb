import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultHoldout, placeRows, planShards } from "./plan-shards.ts";
import { threefry2x32 } from "./threefry.ts";

const plan = fc
  .record({
    shards: fc.integer({ min: 1, max: 20 }),
    holdout: fc.nat(50),
    extra: fc.nat(300),
    seed: fc.nat(2 ** 32 - 1),
  })
  .map(({ shards, holdout, extra, seed }) =>
    planShards({ rows: shards + holdout + extra, shards, holdout, seed }),
  );

describe("planning", () => {
  test("gives every row exactly one place, and every place a row", () => {
    fc.assert(
      fc.property(plan, (planned) => {
        const { part, position } = placeRows(planned);
        const places = Array.from(part, (shard, row) => `${shard}/${position[row]}`);
        const expected = [planned.holdoutRows, ...planned.shardRows].flatMap((rows, index) =>
          Array.from({ length: rows }, (_, at) => `${index - 1}/${at}`),
        );
        expect(places.toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  test("makes shards whose sizes differ by at most one and add up", () => {
    fc.assert(
      fc.property(plan, ({ rows, holdoutRows, shardRows }) => {
        expect(Math.max(...shardRows) - Math.min(...shardRows)).toBeLessThanOrEqual(1);
        expect(holdoutRows + shardRows.reduce((sum, size) => sum + size)).toBe(rows);
      }),
    );
  });

  test("is the same every time, and another for another seed", () => {
    const first = placeRows(planShards({ rows: 1_000, shards: 4, seed: 1 }));
    expect(placeRows(planShards({ rows: 1_000, shards: 4, seed: 1 }))).toEqual(first);
    expect(placeRows(planShards({ rows: 1_000, shards: 4, seed: 2 }))).not.toEqual(first);
  });

  test("puts neighbours anywhere: each part gets its share of each tenth of the file", () => {
    const { part } = placeRows(planShards({ rows: 10_000, shards: 4, holdout: 2_000, seed: 3 }));
    for (let tenth = 0; tenth < 10; tenth++) {
      for (let shard = -1; shard < 4; shard++) {
        const rows = part
          .subarray(tenth * 1_000, (tenth + 1) * 1_000)
          .filter((where) => where === shard).length;
        // Hypergeometric with mean 200 and deviation 12: five deviations either way.
        expect(Math.abs(rows - 200)).toBeLessThan(60);
      }
    }
  });

  test.each([
    [25, 20],
    [40, 20],
    [100, 20],
    [600, 60],
    [5_000, 500],
    [1_000_000, 1_000],
  ])("keeps of %i rows %i as the default holdout", (rows, holdout) => {
    expect(defaultHoldout(rows)).toBe(holdout);
  });

  test("refuses too few rows, saying how many are needed", () => {
    expect(() => planShards({ rows: 7, shards: 5, holdout: 3, seed: 0 })).toThrow(
      expect.objectContaining({ code: "dataset-invalid", fix: expect.stringContaining("at least 8") }),
    );
  });

  test("refuses a file that is too small for the least holdout, saying how many rows are needed", () => {
    expect(() => planShards({ rows: 21, shards: 2, seed: 0 })).toThrow(
      expect.objectContaining({ code: "dataset-invalid", fix: expect.stringContaining("at least 22") }),
    );
    expect(planShards({ rows: 22, shards: 2, seed: 0 })).toMatchObject({
      holdoutRows: 20,
      shardRows: [1, 1],
    });
  });

  test.each([{ shards: 0 }, { shards: 1.5 }, { seed: -1 }, { seed: 2 ** 32 }, { holdout: -1 }])(
    "refuses %j",
    (wrong) => {
      const options = { rows: 100, shards: 2, holdout: 10, seed: 1, ...wrong };
      expect(() => planShards(options)).toThrow(expect.objectContaining({ code: "invalid-input" }));
    },
  );
});

test.each([
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
])("Threefry gives its authors' known answers", (key0, key1, counter0, counter1, first, second) => {
  const out = new Uint32Array(2);
  threefry2x32(key0, key1, counter0, counter1, out);
  expect([...out]).toEqual([first, second]);
});
