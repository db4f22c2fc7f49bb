import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeStorage } from "./describe-storage.ts";
import { createLocalStorage } from "./local-storage.ts";

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
