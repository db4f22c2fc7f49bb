import { existsSync } from "node:fs";
import { mkdtemp, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { withLock } from "./install-lock.ts";

let file: string;
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), "lock-")), "env.lock");
});

test("two holders never overlap, and the second is told whom it waits for", async () => {
  let inside = 0;
  let most = 0;
  const waits: string[] = [];
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((done) => setImmediate(done));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(file, { onWait: (holder) => waits.push(holder) }, work)));
  expect(most).toBe(1);
  expect(waits).toHaveLength(2);
  expect(existsSync(file)).toBe(false);
});

test("a lock is given back when the work fails", async () => {
  await expect(withLock(file, {}, () => Promise.reject(new Error("disk")))).rejects.toThrow("disk");
  expect(existsSync(file)).toBe(false);
});

test("the lock of a process that is gone is broken", async () => {
  await writeFile(file, `${2 ** 22 + 1} ${hostname()}`);
  expect(await withLock(file, {}, async () => "mine")).toBe("mine");
});

test("a lock from another machine that is no longer refreshed is broken", async () => {
  await writeFile(file, "1 elsewhere");
  await utimes(file, new Date(0), new Date(0));
  expect(await withLock(file, {}, async () => "mine")).toBe("mine");
});

test("waiting ends with the abort", async () => {
  await writeFile(file, `${process.pid} ${hostname()}`);
  const abort = new AbortController();
  const waiting = withLock(file, { signal: abort.signal, onWait: () => abort.abort() }, async () => "mine");
  await expect(waiting).rejects.toThrow(/abort/i);
});
