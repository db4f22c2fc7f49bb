import { type ChildProcess, spawn } from "node:child_process";
import { setPriority } from "node:os";
import type { Readable } from "node:stream";
import { createLineReader } from "./line-reader.ts";

export interface ChildOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  signal?: AbortSignal;
  /** Between the polite request to stop and the kill; the trainer writes a checkpoint in it. */
  graceMs?: number;
  /** How far it stands back for other programs: 0 as they do, up to 19. */
  niceness?: number;
  onStdout?: (line: string) => void;
  onStderr?: (line: string) => void;
}

export interface ChildResult {
  /** null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines of standard error, or of what standard output said besides results. */
  tail: string[];
}

const tailLines = 200;
const tailLineCharacters = 4_000;

/** Runs a command line by line in its own process group; an abort ends the whole group. */
export function runChild(command: string, args: string[], options: ChildOptions = {}): Promise<ChildResult> {
  const { signal, graceMs = 20_000 } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    env: options.env,
    cwd: options.cwd,
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (options.niceness && child.pid !== undefined) standBack(child.pid, options.niceness);
  const tail: string[] = [];
  readLines(child.stdout, (line) => options.onStdout?.(line));
  readLines(child.stderr, (line) => {
    tail.push(line.slice(0, tailLineCharacters));
    if (tail.length > tailLines) tail.shift();
    options.onStderr?.(line);
  });

  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    endGroup(child, "SIGTERM");
    killTimer = setTimeout(() => endGroup(child, "SIGKILL"), graceMs);
  };
  signal?.addEventListener("abort", stop, { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, endSignal) => resolve({ exitCode, signal: endSignal, tail }));
  }).finally(() => {
    clearTimeout(killTimer);
    signal?.removeEventListener("abort", stop);
  }) as Promise<ChildResult>;
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  const reader = createLineReader(onLine);
  stream.setEncoding("utf8").on("data", reader.push).on("end", reader.end);
}

function standBack(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system does not allow it: a courtesy, nothing depends on it.
  }
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group ended between the check and the call.
  }
}
