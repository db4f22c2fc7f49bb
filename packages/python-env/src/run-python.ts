import path from "node:path";
import { type ErrorCode, errorTable, TrainChainError } from "@trainchain/protocol";
import { runChild } from "./child-process.ts";
import { pythonPath } from "./environment-stamp.ts";
import { trainerEnvironment } from "./trainer-environment.ts";

export { pythonPath } from "./environment-stamp.ts";
export { trainerEnvironment } from "./trainer-environment.ts";

/** The part of a Zod schema that reading a line needs. */
interface LineSchema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

export interface RunPythonOptions<T extends { event: string }> {
  /** The environment's folder. */
  dir: string;
  /** Absolute path of the script. */
  script: string;
  args: string[];
  /** Added to the minimal environment. */
  env?: Record<string, string>;
  /** What the script prints, such as `trainerEventSchema`. */
  schema: LineSchema<T>;
  onEvent?: (event: T) => void;
  /** Lines that are no event: warnings of the packages, and all of standard error. */
  onLog?: (line: string) => void;
  signal?: AbortSignal;
  /** Between an abort and the kill; the trainer writes its checkpoint in it. */
  graceMs?: number;
  /** How far it stands back for other programs: 0 as they do, up to 19. */
  niceness?: number;
  /** The socket of a warm Python to fork the run from; without one, or where nobody listens there, it starts by itself. */
  warm?: string;
  /** Ends a script that prints more, in characters; no bound where not given. */
  mostOutput?: number;
}

/**
 * Runs a trainer script and reads its JSON lines. Resolves with all events except the steps once it exits 0.
 *
 * @throws TrainChainError with the code that the script's `failed` line names (`training-failed` where it names
 * none), facts `{ exitCode, log }`; an exit of 75 may be retried. The abort reason when aborted.
 */
export async function runPython<T extends { event: string }>(options: RunPythonOptions<T>): Promise<T[]> {
  const { dir, script, args, schema, warm, mostOutput = Number.POSITIVE_INFINITY } = options;
  const events: T[] = [];
  const tooMuch = new AbortController();
  const signal = AbortSignal.any([tooMuch.signal, ...(options.signal ? [options.signal] : [])]);
  let printed = 0;
  const onStdout = (line: string) => {
    if (tooMuch.signal.aborted) return;
    printed += line.length;
    if (printed > mostOutput) return tooMuch.abort(printedTooMuch(script));
    const event = parseLine(schema, line);
    if (event === undefined) options.onLog?.(line);
    else {
      if (event.event !== "step") events.push(event);
      options.onEvent?.(event);
    }
  };
  const around = warm ? ["-S", path.join(path.dirname(script), "warm_run.py"), warm] : [];
  const result = await runChild(pythonPath(dir), [...around, script, ...args], {
    env: trainerEnvironment({ TRAINCHAIN_PARENT_PID: String(process.pid), ...options.env }),
    signal,
    graceMs: options.graceMs,
    niceness: options.niceness,
    onStdout,
    onStderr: options.onLog,
  });
  signal.throwIfAborted();
  if (result.exitCode === 0) return events;

  const failed = events.findLast(({ event }) => event === "failed") as
    | Partial<Record<"code" | "message" | "fix", string>>
    | undefined;
  const how = result.signal ? `was ended by ${result.signal}` : `exited with ${result.exitCode}`;
  const code =
    failed?.code !== undefined && failed.code in errorTable ? (failed.code as ErrorCode) : "training-failed";
  throw new TrainChainError(
    code,
    failed?.message ?? `${path.basename(script)} ${how}: ${result.tail.at(-1) ?? ""}`,
    {
      fix: failed?.fix ?? "Try again; the log holds the last lines of the run.",
      facts: { exitCode: result.exitCode, signal: result.signal, log: result.tail },
    },
  );
}

function printedTooMuch(script: string): TrainChainError {
  return new TrainChainError("training-failed", `${path.basename(script)} printed more than it may`, {
    fix: "See what it was given: a sound run prints far less.",
  });
}

function parseLine<T>(schema: LineSchema<T>, line: string): T | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
