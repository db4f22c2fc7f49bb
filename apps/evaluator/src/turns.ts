import { TrainChainError } from "@trainchain/protocol";

/** Lets a number through at once, the others in the order in which they came; too many are refused. */
export function createTurns({ atOnce, mostWaiting }: { atOnce: number; mostWaiting: number }) {
  let running = 0;
  const waiting: (() => void)[] = [];

  /** Resolves, when its turn has come, with what ends the turn; rejects where the signal aborts before. */
  async function take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (running < atOnce) running += 1;
    else await queue(signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      // The turn is handed on, so that nobody who comes just now gets ahead.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    };
  }

  function queue(signal: AbortSignal): Promise<void> {
    if (waiting.length >= mostWaiting)
      throw new TrainChainError("too-many-requests", `${waiting.length} runs are waiting for the evaluator`, {
        fix: "Try again in a while; or let it run more at once (EVALUATOR_RUNS).",
      });
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      waiting.push(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  return { take, counts: () => ({ running, waiting: waiting.length }) };
}

export type Turns = ReturnType<typeof createTurns>;
