import { pause } from "./pause.ts";

const retryMs = 1_000;

/**
 * Waits until something is recorded, also while the database is away, and has it compared with a process's own.
 * @param look undefined where nothing is recorded yet
 * @param assert throws where what is recorded is another's; that ends the wait
 */
export async function untilRecorded<Value>(
  look: () => Promise<Value | undefined>,
  assert: (recorded: Value) => void,
  signal: AbortSignal,
): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  signal.addEventListener("abort", () => resolve(undefined), { once: true });
  while (!signal.aborted) {
    // A database that takes a question and never answers keeps nobody from ending.
    const recorded = await Promise.race([look().catch(() => undefined), aborted]);
    if (recorded !== undefined) return assert(recorded);
    await pause(retryMs, signal);
  }
}
