import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { createLineReader, ensureTools, pythonPath, trackerEnvironment } from "@trainchain/python-env";
import { pythonEnvDir, trainer } from "../base-model.ts";

export const trackerNames = ["tensorboard", "trackio", "wandb"] as const;
export type TrackerName = (typeof trackerNames)[number];

/** The figures of one step of one run. */
interface TrackedPoint {
  /** Tells a run from all others, also those of other platforms. */
  id: string;
  /** What people read. */
  run: string;
  step: number;
  metrics: Record<string, number>;
}

export interface Tracker {
  log(point: TrackedPoint): void;
  /** Aborted once the tracker has ended, asked to or not. */
  ended: AbortSignal;
  /**
   * Resolves once the tracker has taken everything.
   * @throws TrainChainError `environment-broken` where it ended badly, with what it said last
   */
  close(): Promise<void>;
}

/**
 * Starts a tracker of figures in a Python environment of its own, which is installed at its first use.
 *
 * @param place a folder for TensorBoard, a project's name for the others
 * @param note is told what the tracker says
 */
export async function openTracker(
  name: TrackerName,
  place: string,
  note: (line: string) => void,
): Promise<Tracker> {
  const dir = await installed(name, note);
  const args = [join(trainer, "track_metrics.py"), "--tracker", name, "--place", place];
  const child = spawn(pythonPath(dir), args, { env: trackerEnvironment(), stdio: "pipe" });
  let last = "";
  let code: number | null = null;
  const over = new AbortController();
  const reader = () =>
    createLineReader((line) => {
      last = line.trim() || last;
      note(`${name}: ${line}`);
    });
  for (const stream of [child.stdout, child.stderr]) {
    const lines = reader();
    stream.setEncoding("utf8").on("data", (piece: string) => lines.push(piece));
    stream.on("end", () => lines.end());
  }
  // That nobody reads is told by how the process ends.
  child.stdin.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.on("error", ({ message }) => {
      [last, code] = [message, 1];
      resolve();
    });
    child.on("close", (status) => {
      code ??= status ?? 1;
      resolve();
    });
  }).finally(() => over.abort());
  return {
    ended: over.signal,
    log: (point) => void child.stdin.write(`${JSON.stringify(point)}\n`),
    async close() {
      child.stdin.end();
      await ended;
      if (code === 0) return;
      throw new TrainChainError("environment-broken", `${name} has ended: ${last}`, {
        fix: "The job goes on without it. See to the tracker, and watch again: it goes on where it was.",
      });
    },
  };
}

/** The environment's folder: beside the trainer's, because that is made and proved as a whole. */
async function installed(name: TrackerName, note: (line: string) => void): Promise<string> {
  const beside = dirname(pythonEnvDir());
  const dir = join(beside, ".trainchain_trackers", name);
  try {
    note(`${name}: its Python environment is ${dir}`);
    const requirements = join(trainer, `requirements-${name}.txt`);
    await ensureTools({ dir, requirements, uvCacheDir: join(beside, ".toolchain", "uv") });
    return dir;
  } catch (cause) {
    if (cause instanceof TrainChainError) throw cause;
    const said = cause instanceof Error ? cause.message.trim().split("\n").at(-1) : cause;
    throw new TrainChainError("environment-broken", `${name} could not be installed: ${said}`, {
      fix: "See that a package index can be reached, or watch with --json and hand the lines on yourself.",
      cause,
    });
  }
}
