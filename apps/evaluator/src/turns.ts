import { TrainChainError } from "@trainchain/protocol";

/**
 * Lets a number through at once, in the order in which they came; too many are refused. One that wants to be alone
 * waits until nobody is through, and everybody behind it waits for it.
 */
export function createTurns({ atOnce, mostWaiting }: { atOnce: number; mostWaiting: number }) {
  let running = 0;
  let places = atOnce;
  const waiting: { needs: number; enter: () => void }[] = [];

  function admit(): void {
    while (waiting[0] && waiting[0].needs <= places) {
      const next = waiting.shift();
      running += 1;
      places -= next?.needs ?? 0;
      next?.enter();
    }
  }

  /** Resolves, when its turn has come, with what ends the turn; rejects where the signal aborts before. */
  async function take(signal: AbortSignal, { alone = false } = {}): Promise<() => void> {
    signal.throwIfAborted();
    const needs = alone ? atOnce : 1;
    await queue(needs, signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      running -= 1;
      places += needs;
      admit();
    };
  }

  function queue(needs: number, signal: AbortSignal): Promise<void> {
    if (waiting.length >= mostWaiting)
      throw new TrainChainError("too-many-requests", `${waiting.length} runs are waiting for the evaluator`, {
        fix: "Try again in a while; or let it run more at once (EVALUATOR_RUNS).",
      });
    return new Promise((resolve, reject) => {
      const turn = { needs, enter };
      function enter() {
        signal.removeEventListener("abort", leave);
        resolve();
      }
      function leave() {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(signal.reason);
        admit();
      }
      waiting.push(turn);
      signal.addEventListener("abort", leave, { once: true });
      admit();
    });
  }

  return { take, counts: () => ({ running, waiting: waiting.length }) };
}

export type Turns = ReturnType<typeof createTurns>;
