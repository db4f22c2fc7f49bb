import { TrainChainError } from "@trainchain/protocol";

export interface Pauses {
  /** Of the first pause; each is twice the one before. */
  firstMs: number;
  mostMs: number;
}

const usual: Pauses = { firstMs: 400, mostMs: 30_000 };
/** A server may ask for longer; nobody waits longer than this without asking again. */
const longestAskedMs = 300_000;

/**
 * How long to wait (ms) before trying again what failed for the `failures`-th time: as long as the server asked for,
 * else longer each time. Spread at random, so that many who failed together do not come back together.
 */
export function pauseBefore(error: unknown, failures: number, { firstMs, mostMs }: Pauses = usual): number {
  const asked = askedMs(error);
  if (asked !== undefined) return Math.min(asked, longestAskedMs) * (1 + Math.random() / 4);
  return Math.min(firstMs * 2 ** (failures - 1), mostMs) * (0.5 + Math.random() / 2);
}

/** How long the server wants not to be asked (ms), where it said so in the answer that became this error. */
export function askedMs(error: unknown): number | undefined {
  const asked = error instanceof TrainChainError ? error.facts.retryAfterMs : undefined;
  return typeof asked === "number" ? asked : undefined;
}

/** An answer's Retry-After in milliseconds: seconds, or a date, which is reckoned by the server's own clock. */
export function retryAfterMs({ headers }: Pick<Response, "headers">): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000;
  if (!value.endsWith("GMT")) return undefined;
  const now = headers.get("date");
  const ms = Date.parse(value) - (now === null ? Date.now() : Date.parse(now));
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Resolves after a time; rejects with the signal's reason when that comes first. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Does it, and again while it fails in a way that may pass, `retries` times at most. */
export async function withRetries<Value>(
  work: () => Promise<Value>,
  { retries, signal }: { retries: number; signal?: AbortSignal | undefined },
): Promise<Value> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted || failures > retries || !mayPass(error)) throw error;
      await pause(pauseBefore(error, failures), signal);
    }
  }
}

/** Whether the same request may succeed later. */
export function mayPass(error: unknown): boolean {
  return error instanceof TrainChainError && (error.mayRetry || error.status >= 500);
}
