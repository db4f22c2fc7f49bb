import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { createMachineQueue } from "./machine-queue.ts";

const never = new AbortController().signal;

/** A job that holds the machine until it is told to end. */
function hold(queue: ReturnType<typeof createMachineQueue>, jobId: string, signal = never) {
  const end = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const done = queue.take(jobId, signal, () => {
    started.resolve();
    return end.promise;
  });
  return { started: started.promise, end: end.resolve, done };
}

it("gives the machine to one job at a time, in order, and says each one's place", async () => {
  const queue = createMachineQueue();
  const [first, second, third] = ["1", "2", "3"].map((jobId) => hold(queue, jobId));
  await first?.started;
  expect(["1", "2", "3", "4"].map((jobId) => queue.placeOf(jobId))).toEqual([0, 1, 2, undefined]);
  queue.moveToFront("3");
  first?.end();
  await third?.started;
  expect(["2", "3"].map((jobId) => queue.placeOf(jobId))).toEqual([1, 0]);
  third?.end();
  await second?.started;
  second?.end();
  await Promise.all([first?.done, second?.done, third?.done]);
  expect(queue.isFree).toBe(true);
});

it("goes on after a job that failed, and without one that left the queue", async () => {
  const queue = createMachineQueue();
  const leaving = new AbortController();
  const failing = queue.take("1", never, () => Promise.reject(new Error("crashed")));
  const left = hold(queue, "2", leaving.signal);
  const last = hold(queue, "3");
  leaving.abort(new Error("gone"));
  await expect(failing).rejects.toThrow("crashed");
  await expect(left.done).rejects.toThrow("gone");
  await last.started;
  last.end();
  await last.done;
});

it("leaves nothing behind on a signal that outlives a job, or the wait for it", async () => {
  const queue = createMachineQueue();
  const { signal } = new AbortController();
  const first = hold(queue, "1", signal);
  const second = hold(queue, "2", signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  first.end();
  await second.started;
  second.end();
  await Promise.all([first.done, second.done]);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
