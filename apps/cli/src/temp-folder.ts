import { createHash } from "node:crypto";
import { readlinkSync, rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "@trainchain/protocol/node";

/** What a command lays into one. */
const purposes = ["chat", "check", "hub", "trace", "verify"] as const;

/** Ids of processes are the machine's own; where it has several sets of them, as containers do, so much tells them apart. */
const machine = createHash("sha256").update(`${hostname()}/${setOfIds()}`).digest("hex").slice(0, 8);

function setOfIds(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

const prefixOf = (purpose: string, pid: number | string) => `trainchain-${purpose}-${machine}-${pid}-`;

/** A purpose, the machine, the id of the process, and the six characters of `mkdtemp`. */
const ofTempFolder = new RegExp(`^${prefixOf(`(?:${purposes.join("|")})`, "(\\d+)")}[A-Za-z0-9]{6}$`);

const folders = new Set<string>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Makes an empty folder, which is removed with all it holds by `removeTempFolder`, and where the process ends before:
 * plain text of datasets lies in it. What was left by processes that could not remove theirs is removed first.
 */
export async function createTempFolder(purpose: (typeof purposes)[number]): Promise<string> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), prefixOf(purpose, process.pid)));
  if (folders.size === 0) {
    process.on("exit", removeAll);
    // Before all others, of which one that is called once is gone afterwards.
    for (const signal of signals) process.prependListener(signal, endBy);
  }
  folders.add(folder);
  return folder;
}

export async function removeTempFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  folders.delete(folder);
  if (folders.size === 0) letGo();
}

function letGo(): void {
  process.off("exit", removeAll);
  for (const signal of signals) process.off(signal, endBy);
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function endBy(signal: NodeJS.Signals): void {
  // A command that listens itself ends in its own way, by `exit`.
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  letGo();
  process.kill(process.pid, signal);
}

/** Of processes that have ended; those of other users stay. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const [, pid] = ofTempFolder.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}
