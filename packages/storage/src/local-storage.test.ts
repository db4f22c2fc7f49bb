import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { computeCid } from "./cid.ts";
import { createLocalStorage } from "./local-storage.ts";
import { describeStorage, patternedBytes, readAll } from "./testing/describe-storage.ts";

describeStorage("local storage", async () => {
  const dir = await mkdtemp(join(tmpdir(), "storage-"));
  return {
    storage: createLocalStorage({ dir }),
    damage: (cid, bytes) => writeFile(join(dir, cid.slice(-2), cid), bytes),
    close: () => rm(dir, { recursive: true }),
  };
});

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "storage-"));
});
afterAll(() => rm(dir, { recursive: true }));

test("a put that fails leaves no file behind", async () => {
  const storage = createLocalStorage({ dir });
  await expect(storage.put(new Uint8Array(10), { sizeBytes: 9 })).rejects.toMatchObject({
    code: "invalid-input",
  });
  expect(await readdir(join(dir, "incoming"))).toEqual([]);
  expect(await readdir(dir)).toEqual(["incoming"]);
});

test("a reader that stops early closes the file", async () => {
  const storage = createLocalStorage({ dir });
  const { cid } = await storage.put(new Uint8Array(2_000_000));
  const stream = await storage.get(cid);
  for await (const piece of stream) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  expect(stream.locked).toBe(false);
});

const leaf = 262_144;

/** Two levels of nodes, and a last leaf of one byte. */
const large = patternedBytes(175 * leaf + 1);

test.each([
  ["of one byte", [leaf + 5, leaf + 5], 1],
  ["across two blocks", [leaf - 1, leaf], 2],
  ["to the end", [175 * leaf - 10, 175 * leaf], 2],
  ["of all", [0, 175 * leaf], 176],
])("a range %s is right and costs only the blocks that it touches", async (_, [first, last], blocks) => {
  let read = 0;
  const storage = createLocalStorage({ dir, onRead: (sizeBytes) => (read += sizeBytes) });
  const { cid } = await storage.put(large);
  const range = await readAll(await storage.getRange!(cid, { first: first!, last: last! }));
  expect(Buffer.compare(range, large.subarray(first, last! + 1))).toBe(0);
  expect(read).toBeGreaterThan((blocks - 2) * leaf);
  expect(read).toBeLessThanOrEqual(blocks * leaf);
});

test("content of one block has ranges, and unknown content none", async () => {
  const storage = createLocalStorage({ dir });
  const { cid } = await storage.put(patternedBytes(1_000));
  expect(await readAll(await storage.getRange!(cid, { first: 990, last: 999 }))).toEqual(
    patternedBytes(1_000).subarray(990),
  );
  const unknown = await computeCid(patternedBytes(7));
  await expect(storage.getRange!(unknown, { first: 0, last: 1 })).rejects.toMatchObject({
    code: "not-found",
  });
});

test("a range of content whose hashes are not kept reads it whole once, for however many ask", async () => {
  let read = 0;
  const storage = createLocalStorage({ dir, onRead: (sizeBytes) => (read += sizeBytes) });
  const { cid } = await storage.put(large);
  await rm(join(dir, cid.slice(-2), `${cid}.nodes`));
  const lastByte = { first: large.length - 1, last: large.length - 1 };
  const ask = async () => readAll(await storage.getRange!(cid, lastByte));
  for (const answer of await Promise.all([ask(), ask(), ask(), ask()]))
    expect(answer).toEqual(large.subarray(-1));
  expect(read).toBe(large.length + 4);
  await ask();
  expect(read).toBe(large.length + 5);
});

test("a damaged block is in no range, and its neighbours are", async () => {
  const storage = createLocalStorage({ dir });
  const bytes = patternedBytes(3 * leaf);
  const { cid } = await storage.put(bytes);
  const damaged = Uint8Array.from(bytes);
  damaged[leaf + 9]! ^= 1;
  await writeFile(join(dir, cid.slice(-2), cid), damaged);
  const read = async (first: number, last: number) => readAll(await storage.getRange!(cid, { first, last }));
  await expect(read(leaf, leaf + 1)).rejects.toMatchObject({ code: "storage-unavailable" });
  await expect(read(0, 3 * leaf - 1)).rejects.toMatchObject({ code: "storage-unavailable" });
  expect(await read(2 * leaf, 2 * leaf + 1)).toEqual(bytes.subarray(2 * leaf, 2 * leaf + 2));
  await writeFile(join(dir, cid.slice(-2), cid), bytes);
});

test("what is removed leaves no file, and what a killed put left is removed once it is old", async () => {
  const storage = createLocalStorage({ dir });
  const { cid } = await storage.put(patternedBytes(600_000));
  await storage.remove(cid);
  expect((await readdir(join(dir, cid.slice(-2)))).filter((name) => name.startsWith(cid))).toEqual([]);
  const [old, young] = [join(dir, "incoming", "old"), join(dir, "incoming", "young")];
  await Promise.all([old, young].map((path) => writeFile(path, "part")));
  await utimes(old, new Date(), new Date(Date.now() - 7_200_000));
  await storage.removeLeftovers(new Date(Date.now() - 3_600_000));
  expect(await readdir(join(dir, "incoming"))).toEqual(["young"]);
});
