import { type TaskName, taskNames } from "@trainchain/protocol";
import { Histogram } from "@trainchain/telemetry";
import { pino } from "pino";
import { runTask, type Task } from "../run-task.ts";

type Work = (name: TaskName, payload: Record<string, string>, attempt: number) => Promise<void>;

/** Tasks of every kind that all do the same work. */
export function tasksOf(work: Work): Record<TaskName, Task> {
  const seconds = new Histogram({
    name: "seconds",
    help: "-",
    labelNames: ["task", "outcome"],
    registers: [],
  });
  const observers = { log: pino({ level: "silent" }), seconds };
  const task = (name: TaskName) =>
    runTask(
      name,
      (payload, { attempt }) => work(name, payload as Record<string, string>, attempt),
      observers,
    );
  return Object.fromEntries(taskNames.map((name) => [name, task(name)])) as Record<TaskName, Task>;
}
