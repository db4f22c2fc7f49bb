import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { AdapterError, type CheckName } from "../adapter-error.ts";
import type { Pass, PassResults, TaskInputs } from "./module-tasks.ts";

interface Refusal {
  check: CheckName;
  message: string;
  fix: string;
  facts: Record<string, unknown>;
}

type Reply = { results: [number, unknown][] } | { error: unknown; refusal?: Refusal };

export interface ModulePool {
  /** Hands every thread what its tasks read; once, before the first run. */
  load(inputs: TaskInputs): void;
  /** The pass's result for each module, in the order of the modules. */
  run<P extends Pass>(pass: P): Promise<PassResults[P["kind"]][]>;
  close(): Promise<void>;
}

/**
 * Threads that work through the modules. Each module is computed by one thread alone, so that the results do not
 * depend on how many there are. They start while the caller still reads its files' headers.
 */
export function openModulePool(modules: number, threads = availableParallelism()): ModulePool {
  const workers = Array.from(
    { length: Math.max(1, Math.min(threads, modules)) },
    () => new Worker(new URL("./module-worker.ts", import.meta.url)),
  );
  return {
    load(inputs) {
      for (const worker of workers) worker.postMessage({ inputs });
    },
    async run<P extends Pass>(pass: P) {
      const next = new Int32Array(new SharedArrayBuffer(4));
      const all = await Promise.all(workers.map((worker) => runOn(worker, { pass, next })));
      const results: PassResults[P["kind"]][] = [];
      for (const [index, result] of all.flat()) results[index] = result as PassResults[P["kind"]];
      return results;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** One message to a worker and its answer. Only our own listeners are taken off: the Worker keeps some itself. */
function runOn(worker: Worker, message: object): Promise<[number, unknown][]> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: Reply) =>
      settle(() => ("results" in reply ? resolve(reply.results) : reject(failureOf(reply))));
    const onError = (error: unknown) => settle(() => reject(error));
    const onExit = (code: number) =>
      settle(() => reject(new Error(`a merge thread ended with code ${code}`)));
    const settle = (act: () => void) => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      act();
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(message);
  });
}

/** Classes do not cross threads; a refusal is made whole again. */
function failureOf({ error, refusal }: { error: unknown; refusal?: Refusal }): unknown {
  return refusal ? new AdapterError(refusal.check, refusal.message, refusal.fix, refusal.facts) : error;
}
