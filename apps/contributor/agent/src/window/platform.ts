import { setTimeout as pause } from "node:timers/promises";
import { createApiClient } from "@trainchain/api-client";
import { type ConfigView, type TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { boundedFetch } from "../platform/api.ts";

const retryMs = 3_000;
/** How old a rate of exchange may be. */
const worthMs = 30 * 60_000;

export interface Platform {
  /** What it says of itself, once it has answered. */
  readonly config: ConfigView | undefined;
  readonly problem: TrainChainError | undefined;
  /** Asks until it answers, and again what a POL is worth; rejects with the signal's reason. */
  follow(): Promise<void>;
}

/** The platform, as far as it is known yet. */
export function createPlatform(apiUrl: string, signal: AbortSignal, onChange: () => void): Platform {
  const client = createApiClient({ baseUrl: apiUrl, fetch: boundedFetch(signal) });
  let config: ConfigView | undefined;
  let problem: TrainChainError | undefined;
  return {
    get config() {
      return config;
    },
    get problem() {
      return problem;
    },
    async follow() {
      while (!config) {
        try {
          config = await client.getConfig();
          problem = undefined;
        } catch (error) {
          signal.throwIfAborted();
          problem = toTrainChainError(error);
          await pause(retryMs, undefined, { signal });
        } finally {
          onChange();
        }
      }
      // What a POL is worth changes; the rest is what this window was opened for.
      for (;;) {
        await pause(worthMs, undefined, { signal });
        const { fiat } = await client.getConfig().catch(() => ({ fiat: null }));
        signal.throwIfAborted();
        config = { ...config, fiat };
        onChange();
      }
    },
  };
}
