import { type Connection, holdLeadership, pause } from "@trainchain/db";
import { TrainChainError } from "@trainchain/protocol";
import type { Logger } from "pino";
import type { Follower } from "./follow-chain.ts";

export interface RunIndexerDeps {
  follower: Follower;
  connection: Connection;
  chainId: number;
  pollIntervalMs: number;
  log: Logger;
  /** Throws `configuration-invalid` where the database's platform stands elsewhere than this indexer is to follow. */
  assertPlatform?: () => Promise<void>;
  signal: AbortSignal;
  /** Called at every turn, of following or of waiting for it. */
  onBeat?: () => void;
}

/** What no other try would mend. */
const ends: ReadonlySet<string> = new Set(["wrong-network", "configuration-invalid"]);
const longestPauseMs = 30_000;

/**
 * Follows the chain until the signal aborts. Of many indexers one does the work; another takes over when it dies.
 * A failing node or database is tried again, ever less often; a wrong chain, or the settings of another
 * platform, end the process.
 */
export async function runIndexer({
  follower,
  connection,
  chainId,
  pollIntervalMs,
  log,
  assertPlatform,
  signal,
  onBeat,
}: RunIndexerDeps) {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await holdLeadership(
        connection,
        { role: `indexer/${chainId}`, signal, onBeat },
        async (assertLeading) => {
          await assertPlatform?.();
          await follower.assertChain();
          log.info("following the chain");
          while (!signal.aborted) {
            await assertLeading();
            const step = await follower.step();
            onBeat?.();
            failures = 0;
            if (step === "idle") await pause(pollIntervalMs, signal);
          }
        },
      );
    } catch (error) {
      if (error instanceof TrainChainError && ends.has(error.code)) throw error;
      failures += 1;
      const pauseMs = Math.min(longestPauseMs, 250 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
      log.warn({ err: error, pauseMs }, "could not follow the chain; trying again");
      await pause(pauseMs, signal);
    }
  }
}
