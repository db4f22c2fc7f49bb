import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pythonPath } from "./environment-stamp.ts";
import { trainerEnvironment } from "./trainer-environment.ts";

export interface WarmPythonOptions {
  /** The Python environment's folder. */
  envDir: string;
  /** The folder of the trainer's scripts. */
  scriptDir: string;
  /** How long its packages may take to load, in milliseconds. */
  patienceMs?: number;
}

/** A Python that has the packages loaded that take seconds, and forks a process for each run. */
export interface WarmPython {
  /**
   * Where to ask it for a run; started by the first who asks. Nothing where there can be none: runs start by themselves.
   * @throws the reason of the signal once it aborts
   */
  socket(signal?: AbortSignal): Promise<string | undefined>;
}

/** Of this process: it ends with it. Linux only. */
export function createWarmPython({ envDir, scriptDir, patienceMs = 120_000 }: WarmPythonOptions): WarmPython {
  let socket: Promise<string | undefined> | undefined;

  async function start(): Promise<string | undefined> {
    const folder = await mkdtemp(path.join(tmpdir(), "warm-"));
    const address = path.join(folder, "socket");
    const child = spawn(pythonPath(envDir), [path.join(scriptDir, "warm.py"), address], {
      // Read when torch is loaded: threads that wait for one another sleep instead of spinning.
      env: trainerEnvironment({ OMP_WAIT_POLICY: "PASSIVE" }),
      stdio: ["pipe", "pipe", "ignore"],
    });
    const late = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    // Where it hangs while it loads it does not see that its standard input is closed.
    const leave = () => {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    };
    process.once("exit", leave);
    const ended = new Promise<undefined>((resolve) => {
      const forget = () => {
        process.off("exit", leave);
        socket = undefined;
        void rm(folder, { recursive: true, force: true });
        resolve(undefined);
      };
      child.once("error", forget).once("exit", forget);
    });
    const ready = once(createInterface(child.stdout), "line").then(() => address);
    const result = await Promise.race([ready, ended]);
    clearTimeout(late);
    letGo(child);
    return result;
  }

  /** No failure of it is kept: the next who asks has it started anew. */
  async function startOrNot(): Promise<string | undefined> {
    try {
      return await start();
    } catch {
      socket = undefined;
      return undefined;
    }
  }

  return {
    async socket(signal) {
      if (process.platform !== "linux") return undefined;
      signal?.throwIfAborted();
      socket ??= startOrNot();
      const aborted = Promise.withResolvers<never>();
      const abort = () => aborted.reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      return Promise.race([socket, aborted.promise]).finally(() =>
        signal?.removeEventListener("abort", abort),
      );
    },
  };
}

/** Neither it nor its pipes keep this process from ending, which closes its standard input and so ends it. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as Socket | null)?.unref();
}
