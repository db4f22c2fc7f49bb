/** A worker thread: takes the next module from a counter shared with its siblings until none is left. */
import { parentPort } from "node:worker_threads";
import { AdapterError } from "../adapter-error.ts";
import { createModuleTasks, type Pass, type TaskInputs } from "./module-tasks.ts";

type Message = { inputs: TaskInputs } | { pass: Pass; next: Int32Array<SharedArrayBuffer> };

let modules = 0;
let tasks: ReturnType<typeof createModuleTasks>;

parentPort!.on("message", (message: Message) => {
  if ("inputs" in message) {
    modules = message.inputs.modules.length;
    tasks = createModuleTasks(message.inputs);
  } else runPass(message.pass, message.next);
});

function runPass(pass: Pass, next: Int32Array<SharedArrayBuffer>): void {
  try {
    const results: [index: number, result: unknown][] = [];
    for (;;) {
      const index = Atomics.add(next, 0, 1);
      if (index >= modules) break;
      results.push([index, tasks.run(pass, index)]);
    }
    parentPort!.postMessage({ results });
  } catch (error) {
    Atomics.store(next, 0, modules);
    const refusal =
      error instanceof AdapterError
        ? { check: error.check, message: error.message, fix: error.fix, facts: error.facts }
        : undefined;
    parentPort!.postMessage({ error, refusal });
  }
}
