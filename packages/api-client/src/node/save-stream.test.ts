import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { saveStream } from "./index.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-save-"));
});
afterAll(() => rm(dir, { recursive: true }));

const bytes = (text: string) => new Blob([text]).stream();

it("keeps a whole stream", async () => {
  const path = join(dir, "whole");
  expect(await saveStream(bytes("whole"), path)).toBe(5);
  expect(await readFile(path, "utf8")).toBe("whole");
});

it("says that a server went away in the middle, which may come right", async () => {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-length": "1000" });
    answer.write("a part", () => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { body } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const path = join(dir, "broken");
  await expect(saveStream(body!, path)).rejects.toMatchObject({ code: "timeout", mayRetry: true });
  expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false]);
  server.close();
});

it.skipIf(!existsSync("/dev/full"))("says that the disk is full, which may come right", async () => {
  const path = join(dir, "full");
  await symlink("/dev/full", `${path}.partial`);
  await expect(saveStream(bytes("too much"), path)).rejects.toMatchObject({
    code: "disk-full",
    mayRetry: true,
  });
  expect(existsSync(path)).toBe(false);
});
