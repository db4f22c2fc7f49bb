import { TrainChainError } from "@trainchain/protocol";
import type { PublicClient } from "viem";

type Reader = Pick<PublicClient, "getChainId">;

/**
 * A signature for another chain than the settings name would be worth nothing, and what is read there means nothing.
 * @throws TrainChainError `wrong-network`, or `chain-unavailable` where the node does not say which chain it is on.
 */
export async function assertChainId(client: Reader, chainId: number): Promise<void> {
  const actual = await client.getChainId().catch(() => undefined);
  if (actual === chainId) return;
  const fix = "Check RPC_URL and CHAIN_ID.";
  if (actual === undefined)
    throw new TrainChainError("chain-unavailable", `the node of chain ${chainId} does not answer`, { fix });
  throw new TrainChainError("wrong-network", `the node is on chain ${actual}, not ${chainId}`, { fix });
}

/** Waits for the node to answer, until the signal aborts; `onAway` is told once of one that does not. */
export function untilChainId(
  client: Reader,
  chainId: number,
  { signal, onAway }: { signal: AbortSignal; onAway: () => void },
): Promise<void> {
  // A node that takes the question and says nothing is not waited for beyond the signal.
  return Promise.race([aborted(signal), askUntilAnswered()]);

  async function askUntilAnswered(): Promise<void> {
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        return await assertChainId(client, chainId);
      } catch (error) {
        if (!(error instanceof TrainChainError) || error.code !== "chain-unavailable") throw error;
      }
      if (tries === 0) onAway();
      await aborted(AbortSignal.any([signal, AbortSignal.timeout(1_000)]));
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
