import { expect, test } from "vitest";
import { type DrawnFrom, drawSegments } from "./draw-segments.ts";

const from: DrawnFrom = {
  blockHash: `0x${"ab".repeat(32)}`,
  chainId: 80_002,
  escrow: "0x00000000000000000000000000000000000000E5",
  jobId: 7n,
  slot: 1,
  contributor: "0x00000000000000000000000000000000000000C0",
  adapterCid: "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
};

test("what was drawn once is drawn for ever: others recompute it", () => {
  expect(drawSegments(from, { segments: 20, count: 3 })).toMatchInlineSnapshot(`
    [
      0,
      9,
      14,
    ]
  `);
  expect(drawSegments({ ...from, jobId: 8n }, { segments: 20, count: 3 })).toMatchInlineSnapshot(`
    [
      8,
      11,
      15,
    ]
  `);
  const lower = { ...from, escrow: from.escrow.toLowerCase(), contributor: from.contributor.toLowerCase() };
  expect(drawSegments(lower as DrawnFrom, { segments: 20, count: 3 })).toEqual(
    drawSegments(from, { segments: 20, count: 3 }),
  );
});

test("every fact that a draw is from changes it", () => {
  const changed: Partial<DrawnFrom>[] = [
    { blockHash: `0x${"ac".repeat(32)}` },
    { chainId: 137 },
    { escrow: from.contributor },
    { jobId: 9n },
    { slot: 0 },
    { contributor: from.escrow },
    { adapterCid: "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq" },
  ];
  const bounds = { segments: 1_000, count: 20 };
  for (const change of changed)
    expect(drawSegments({ ...from, ...change }, bounds)).not.toEqual(drawSegments(from, bounds));
});

test("segments are drawn without repetition, all of them where all are asked for", () => {
  const everyOne = Array.from({ length: 20 }, (_, index) => index);
  expect(drawSegments(from, { segments: 20, count: 20 })).toEqual(everyOne);
  expect(drawSegments(from, { segments: 1, count: 1 })).toEqual([0]);
  expect(() => drawSegments(from, { segments: 1, count: 2 })).toThrow(RangeError);
});

test("each segment is as likely as any other: chi-squared over 20,000 draws of 2 of 7", () => {
  const draws = 20_000;
  const times = new Array<number>(7).fill(0);
  for (let job = 0; job < draws; job++)
    for (const segment of drawSegments({ ...from, jobId: BigInt(job) }, { segments: 7, count: 2 }))
      times[segment]!++;
  const expected = (2 * draws) / 7;
  // Without repetition the counts vary less than independent ones by (1 − 2/7); 22.5 is passed by one in a thousand.
  const chi = times.reduce((sum, count) => sum + (count - expected) ** 2 / (expected * (1 - 2 / 7)), 0);
  expect((chi * 6) / 7).toBeLessThan(22.5);
});
