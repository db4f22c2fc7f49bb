import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { trainerEnvironment } from "@trainchain/python-env";

const script = fileURLToPath(new URL("worker.py", import.meta.url));

/**
 * Persistent Python processes that share one queue of commands; each runs one at a time. What is to be measured goes
 * before what is to be trained, so that a condition is known once its own training is done, not that of all.
 */
export interface PythonWorkers {
  ask<T>(command: "train" | "measure", parameters: object): Promise<T>;
  close(): void;
}

export function openPythonWorkers(python: string, count: number): PythonWorkers {
  const idle = Array.from({ length: count }, () => startWorker(python));
  const all = [...idle];
  const waiting = { train: [] as ((worker: Worker) => void)[], measure: [] as ((worker: Worker) => void)[] };
  const take = (command: keyof typeof waiting) => {
    const worker = idle.pop();
    return worker
      ? Promise.resolve(worker)
      : new Promise<Worker>((resolve) => waiting[command].push(resolve));
  };
  const giveBack = (worker: Worker) => {
    const next = waiting.measure.shift() ?? waiting.train.shift();
    if (next) next(worker);
    else idle.push(worker);
  };
  return {
    async ask<T>(command: "train" | "measure", parameters: object): Promise<T> {
      const worker = await take(command);
      try {
        return (await worker.answer({ do: command, with: parameters })) as T;
      } finally {
        giveBack(worker);
      }
    },
    close: () => {
      for (const { child } of all) child.kill();
    },
  };
}

interface Worker {
  child: ChildProcess;
  answer(command: object): Promise<object>;
}

function startWorker(python: string): Worker {
  const child = spawn(python, [script], {
    stdio: ["pipe", "pipe", "pipe"],
    env: trainerEnvironment({ HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1" }),
  });
  let settle: { resolve(answer: object): void; reject(error: Error): void } | undefined;
  let lastWords = "";
  child.stderr.on("data", (text) => {
    lastWords = (lastWords + text).slice(-2_000);
  });
  let ended: Error | undefined;
  child.on("exit", (code, signal) => {
    ended = new Error(`the Python worker ended with ${signal ?? code}: ${lastWords}`);
    settle?.reject(ended);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith("{")) return; // A package's own words.
    const answer: { event?: string; error?: string } = JSON.parse(line);
    if (answer.event !== "answer") return;
    if (answer.error) settle?.reject(new Error(answer.error));
    else settle?.resolve(answer);
  });
  return {
    child,
    answer: (command) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        // Nobody would answer, and the bench would wait without end.
        if (ended) return reject(ended);
        child.stdin.write(`${JSON.stringify(command)}\n`);
      }),
  };
}
