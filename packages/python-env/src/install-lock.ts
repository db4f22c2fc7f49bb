import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "@trainchain/protocol/node";

/** A holder refreshes its lock this often; one not refreshed for four times as long is abandoned. */
const refreshMs = 5_000;
const abandonedMs = 4 * refreshMs;
const pollMs = 250;

export interface LockOptions {
  signal?: AbortSignal;
  /** Called once, when another process has the lock. */
  onWait?: (holder: string) => void;
}

/** Runs `work` while holding the lock file, so that two processes never install into one folder at once. */
export async function withLock<T>(
  file: string,
  { signal, onWait }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  let told = false;
  while (!(await tryLock(file))) {
    if (await isAbandoned(file)) {
      await breakLock(file);
      continue;
    }
    if (!told) onWait?.(await readFile(file, "utf8").catch(() => "another process"));
    told = true;
    await delay(pollMs, undefined, { signal });
  }
  const refresh = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), refreshMs);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(`${process.pid} ${hostname()}`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Its process is gone (seen at once on the same machine), or it stopped refreshing. */
async function isAbandoned(file: string): Promise<boolean> {
  try {
    const [pid, host] = (await readFile(file, "utf8")).split(" ");
    if (pid && host === hostname() && !isAlive(Number(pid))) return true;
    return Date.now() - (await stat(file)).mtimeMs > abandonedMs;
  } catch {
    return false;
  }
}

/** Renamed before it is removed, so that of several waiters only one breaks it. */
async function breakLock(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  await rm(aside, { force: true });
}
