import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawShape, shapesArchive, zipOf } from "@trainchain/testing/generated-images";
import { Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { expect, it } from "vitest";
import { prepareImageArchive } from "./prepare-image-archive.ts";

const folder = () => mkdtemp(join(tmpdir(), "trainchain-images-"));

async function prepare(
  archive: Uint8Array,
  options: { seed?: number; holdout?: number; classes?: string[] } = {},
) {
  const outDir = await folder();
  const file = join(outDir, "upload");
  await writeFile(file, archive);
  return prepareImageArchive({ file, seed: 3, ...options, outDir });
}

async function namesIn(file: string): Promise<string[]> {
  const entries = await new ZipReader(new Uint8ArrayReader(await readFile(file))).getEntries();
  return entries.map(({ filename }) => filename);
}

const countBy = (names: string[], folders: number) =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => name.split("/").slice(0, folders).join("/"))]
      .map(([name, all]): [string, number] => [name, all.length])
      .toSorted(),
  );

it("keeps the same share of every class back and gives every image to one side", async () => {
  const { holdout, shard, classes } = await prepare(await shapesArchive(20));
  expect(classes).toEqual(["cross", "ring", "square", "stripes"]);
  expect(countBy(await namesIn(holdout.file), 1)).toEqual({ cross: 4, ring: 4, square: 4, stripes: 4 });
  expect(countBy(await namesIn(shard.file), 2)).toEqual({
    "train/cross": 16,
    "train/ring": 16,
    "train/square": 16,
    "train/stripes": 16,
  });
  const sources = [...holdout.sources.values(), ...shard.sources.values()];
  expect(new Set(sources).size).toBe(80);
});

it("writes bytes that depend on images and seed alone", async () => {
  const archive = await shapesArchive(20);
  const [first, again, other] = [
    await prepare(archive),
    await prepare(archive),
    await prepare(archive, { seed: 4 }),
  ];
  expect(again.shard.sha256).toBe(first.shard.sha256);
  expect(again.holdout.sha256).toBe(first.holdout.sha256);
  expect(other.holdout.sha256).not.toBe(first.holdout.sha256);
  expect((await readFile(first.shard.file)).length).toBe(first.shard.sizeBytes);
});

it("takes the requester's own test folder as the holdout and leaves val to the trainer", async () => {
  const files = (["cross", "ring"] as const).flatMap((name) =>
    Array.from({ length: 20 }, (_, at): [string, Uint8Array] => [
      `${at < 12 ? "test" : at < 14 ? "val" : "train"}/${name}/${at}.png`,
      drawShape(name, at),
    ]),
  );
  const { holdout, shard } = await prepare(await zipOf(files));
  expect(countBy(await namesIn(holdout.file), 1)).toEqual({ cross: 12, ring: 12 });
  expect(countBy(await namesIn(shard.file), 1)).toEqual({ train: 12, val: 4 });
});

it("refuses classes that were not confirmed, and a holdout that could tell nothing", async () => {
  const archive = await shapesArchive(5);
  const refused = { code: "dataset-invalid" };
  await expect(prepare(archive, { classes: ["cross", "ring"] })).rejects.toMatchObject(refused);
  await expect(prepare(archive, { holdout: 4 })).rejects.toMatchObject({
    ...refused,
    message: expect.stringMatching(/cannot tell a trained model from a guess/),
  });
});
