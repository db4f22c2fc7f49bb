import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
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
}

/** A Python that has the packages loaded that take seconds, and forks a process for each run. */
export interface WarmPython {
  /** Where to ask it for a run; started by the first who asks. Nothing where there can be none: runs start by themselves. */
  socket(): Promise<string | undefined>;
}

/** Of this process: it ends with it. Linux only. */
export function createWarmPython({ envDir, scriptDir }: WarmPythonOptions): WarmPython {
  let socket: Promise<string | undefined> | undefined;

  async function start(): Promise<string | undefined> {
    const folder = await mkdtemp(path.join(tmpdir(), "warm-"));
    const address = path.join(folder, "socket");
    const child = spawn(pythonPath(envDir), [path.join(scriptDir, "warm.py"), address], {
      env: trainerEnvironment(),
      stdio: ["pipe", "pipe", "ignore"],
    });
    const ended = new Promise<undefined>((resolve) => {
      const forget = () => {
        socket = undefined;
        void rm(folder, { recursive: true, force: true });
        resolve(undefined);
      };
      child.once("error", forget).once("exit", forget);
    });
    const ready = once(createInterface(child.stdout), "line").then(() => address);
    const result = await Promise.race([ready, ended]);
    letGo(child);
    return result;
  }

  return {
    socket() {
      if (process.platform !== "linux") return Promise.resolve(undefined);
      socket ??= start();
      return socket;
    },
  };
}

/** Neither it nor its pipes keep this process from ending, which closes its standard input and so ends it. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as Socket | null)?.unref();
}
