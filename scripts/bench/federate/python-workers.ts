import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { trainerEnvironment } from "@trainchain/python-env";

/**
 * Persistent Python processes that share one queue of commands; each runs one at a time. What is to be measured goes
 * before everything else, so that a condition is known once its own training is done, not that of all.
 */
export interface PythonWorkers {
  ask<T>(command: string, parameters: object): Promise<T>;
  close(): void;
}

/** @param script answers commands as worker.py does */
export function openPythonWorkers(python: string, script: string, count: number): PythonWorkers {
  const idle = Array.from({ length: count }, () => startWorker(python, script));
  const all = [...idle];
  const waiting = { first: [] as ((worker: Worker) => void)[], others: [] as ((worker: Worker) => void)[] };
  const take = (command: string) => {
    const worker = idle.pop();
    const line = command === "measure" ? waiting.first : waiting.others;
    return worker ? Promise.resolve(worker) : new Promise<Worker>((resolve) => line.push(resolve));
  };
  const giveBack = (worker: Worker) => {
    const next = waiting.first.shift() ?? waiting.others.shift();
    if (next) next(worker);
    else idle.push(worker);
  };
  return {
    async ask<T>(command: string, parameters: object): Promise<T> {
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

function startWorker(python: string, script: string): Worker {
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
