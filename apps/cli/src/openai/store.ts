import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseJson, TrainChainError } from "@trainchain/protocol";
import { isAlive } from "@trainchain/protocol/node";
import { type KeptFile, type KeptJob, type State, stateSchema } from "./state.ts";

/** One thing that happened to a job, as it is kept: a line of its own file. */
export interface KeptEvent {
  id: string;
  createdAt: number;
  level: "info" | "warn" | "error";
  message: string;
  /** Of a step of training. */
  data?: { slot: number; step: number; total_steps: number; train_loss: number; trained_tokens: number };
}

export type Store = Awaited<ReturnType<typeof openStore>>;

/**
 * Keeps a server's state, its files and what its jobs gave in one folder, which one server at a time may use.
 *
 * @param begin what is so at the first start
 * @throws TrainChainError `conflict` where another has it
 */
export async function openStore(dir: string, begin: () => Promise<State>) {
  for (const name of ["files", "events", "results"])
    await mkdir(join(dir, name), { recursive: true, mode: 0o700 });
  const release = await take(join(dir, "in-use"));
  const path = join(dir, "state.json");
  const state = await readState(path).then((kept) => kept ?? begin());
  let saving = Promise.resolve();

  /** Writes what is so at that moment; a file is never half written. */
  function save(): Promise<void> {
    const text = `${JSON.stringify(state, null, 2)}\n`;
    saving = saving
      .catch(() => undefined)
      .then(async () => {
        await writeFile(`${path}.part`, text, { mode: 0o600 });
        await rename(`${path}.part`, path);
      });
    return saving;
  }
  const eventsOf = ({ id }: KeptJob) => join(dir, "events", `${id}.jsonl`);

  return {
    /** What is so now; whoever changes it saves it. */
    state,
    save,
    pathOf: ({ id, purpose }: KeptFile) =>
      join(dir, "files", `${id}.${purpose === "fine-tune" ? "jsonl" : "csv"}`),
    resultOf: ({ id }: KeptJob) => join(dir, "results", id),
    async addEvent(job: KeptJob, event: Omit<KeptEvent, "id" | "createdAt">): Promise<void> {
      const line = { id: newId("ftevent-"), createdAt: now(), ...event };
      // It begins its line: the one before it may be cut off.
      await appendFile(eventsOf(job), `\n${JSON.stringify(line)}`, { mode: 0o600 });
    },
    /** The oldest first; what a full disk took in part is left out. */
    async listEvents(job: KeptJob): Promise<KeptEvent[]> {
      const lines = (await readFile(eventsOf(job), "utf8").catch(() => "")).split("\n");
      return lines.map(parseJson).filter((event) => event !== undefined) as KeptEvent[];
    },
    async close(): Promise<void> {
      await saving.catch(() => undefined);
      await release();
    },
  };
}

async function readState(path: string): Promise<State | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : stateSchema.parse(JSON.parse(text));
}

async function take(path: string): Promise<() => Promise<void>> {
  if (await isLeftBehind(path)) await rm(path, { force: true });
  await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 }).catch(
    async (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
      const holder = await readFile(path, "utf8").catch(() => "");
      throw new TrainChainError("conflict", `another server (process ${holder}) has the folder of ${path}`, {
        fix: `End it first, or give this one a folder of its own with --dir: two would spend one limit twice. Where process ${holder} is no such server, remove ${path}.`,
        cause,
      });
    },
  );
  return () => rm(path, { force: true });
}

/** Longer than a start takes to write its number. */
const writingMs = 10_000;

/** Whether the process that took the folder is gone, or was cut off before it had written its number. */
async function isLeftBehind(path: string): Promise<boolean> {
  const holder = Number(await readFile(path, "utf8").catch(() => ""));
  // A container's processes have the same numbers at each of its starts.
  if (holder > 0) return holder === process.pid || !isAlive(holder);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > writingMs;
}

/** An id as OpenAI's look, such as `ftjob-` and 24 letters and digits. */
export function newId(prefix: string): string {
  return prefix + randomBytes(12).toString("hex");
}

/** Seconds since 1970. */
export function now(): number {
  return Math.floor(Date.now() / 1_000);
}
