import { setTimeout as pause } from "node:timers/promises";

/** Asks until there is an answer; rejects with the abort reason when aborted. */
export async function waitUntil<Value>(
  ask: () => Promise<Value | undefined>,
  pollMs: number,
  signal: AbortSignal,
): Promise<Value> {
  for (;;) {
    signal.throwIfAborted();
    const value = await ask();
    if (value !== undefined) return value;
    await pause(pollMs, undefined, { signal });
  }
}
