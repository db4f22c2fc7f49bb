import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface RunningProcess {
  name: string;
  pid: number;
  logFile: string;
  /** Resolves with the exit code, or the signal's name when a signal ended it. */
  exited: Promise<number | string>;
  /** Asks it to end (SIGTERM) and waits; after 15 s it is killed. */
  stop(): Promise<void>;
  /** SIGKILL, at once. */
  kill(): Promise<void>;
  /** The last lines of its log, for error messages. */
  lastLines(count?: number): Promise<string>;
}

export interface ProcessOptions {
  name: string;
  script: string;
  args?: string[];
  env: Record<string, string>;
  logFile: string;
  onLine?: (line: string) => void;
}

/** What every process needs of this one: where programs are, and the sources that are compiled already. */
function inherited(): Record<string, string> {
  const { PATH = "", HOME = "", NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
}

let keptIn: string | undefined;

/** Has the output of every process started from now on written to a second file in `dir`, which outlives its world. */
export function keepLogsIn(dir: string): void {
  keptIn = dir;
}

/** Runs a TypeScript entry under this Node with its output in `logFile` (and, line by line, in `onLine`). */
export async function startProcess({
  name,
  script,
  args = [],
  env,
  logFile,
  onLine,
}: ProcessOptions): Promise<RunningProcess> {
  await mkdir(dirname(logFile), { recursive: true });
  const logs = [createWriteStream(logFile, { flags: "a" })];
  if (keptIn) {
    await mkdir(keptIn, { recursive: true });
    logs.push(createWriteStream(join(keptIn, `${name.replaceAll(/[^\w-]+/g, "-")}.log`), { flags: "a" }));
  }
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    env: { ...inherited(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const log of logs) {
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
  }
  if (onLine) forwardLines(child, onLine);
  const exited = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", async (code, signal) => {
      // Its last words are in the file before anybody looks for them.
      await Promise.all(logs.map((log) => new Promise((written) => log.end(written))));
      resolve(code ?? signal ?? "unknown");
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  return {
    name,
    pid: child.pid ?? 0,
    logFile,
    exited,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async lastLines(count = 20) {
      const text = await readFile(logFile, "utf8").catch(() => "");
      return text.trimEnd().split("\n").slice(-count).join("\n");
    },
  };
}

function forwardLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
}
