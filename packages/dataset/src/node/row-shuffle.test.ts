import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRowOrder } from "../row-order.ts";
import { createRowShuffle } from "./row-shuffle.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "shuffle-"));
});
afterAll(() => rm(dir, { recursive: true }));

/** Of 0 to 299 characters, some 340 kB in all. */
const rows = Array.from({ length: 2_000 }, (_, at) => `${at} ${"x".repeat((at * 7) % 300)}`);
const sizeBytes = rows.join("\n").length;

async function shuffled(mostInMemory: number) {
  const scratch = join(dir, `${mostInMemory}`);
  const shuffle = createRowShuffle({ scratch, sizeBytes, seed: 1, mostInMemory });
  try {
    for (const [at, row] of rows.entries()) {
      shuffle.add(Buffer.from(row));
      if (at % 100 === 0) await shuffle.settle();
    }
    const { buckets } = await shuffle.finish();
    const lines: string[] = [];
    for await (const { bytes, places } of buckets)
      for (let at = 0; at < places.length; at += 2)
        lines.push(bytes.toString("utf8", places[at], places[at + 1]!));
    const isFile = await access(scratch).then(
      () => true,
      () => false,
    );
    return { lines, isFile };
  } finally {
    await shuffle.close();
  }
}

test.each([
  ["in memory", 2 ** 27, false],
  ["through a file", 0, true],
  ["through a file once they no longer fit into memory", sizeBytes + 20_000, true],
])("rows are shuffled alike %s", async (_, mostInMemory, isFile) => {
  const orderOf = createRowOrder(1);
  const lines = rows
    .map((row, at) => ({ line: `${row}\n`, order: orderOf(at) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ line }) => line);
  expect(await shuffled(mostInMemory)).toEqual({ lines, isFile });
});
