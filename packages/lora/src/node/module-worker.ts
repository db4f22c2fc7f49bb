/** A worker thread: takes the next module from a counter shared with its siblings until none is left. */
import { parentPort, workerData } from "node:worker_threads";
import { AdapterError } from "../adapter-error.ts";
import { createModuleTasks, type Pass, type TaskInputs } from "./module-tasks.ts";

const inputs = workerData as TaskInputs;
const tasks = createModuleTasks(inputs);

parentPort!.on("message", ({ pass, next }: { pass: Pass; next: Int32Array<SharedArrayBuffer> }) => {
  try {
    const results: [index: number, result: unknown][] = [];
    for (;;) {
      const index = Atomics.add(next, 0, 1);
      if (index >= inputs.modules.length) break;
      results.push([index, tasks.run(pass, index)]);
    }
    parentPort!.postMessage({ results });
  } catch (error) {
    Atomics.store(next, 0, inputs.modules.length);
    const refusal =
      error instanceof AdapterError
        ? { check: error.check, message: error.message, fix: error.fix, facts: error.facts }
        : undefined;
    parentPort!.postMessage({ error, refusal });
  }
});
