import { decodeEvents, decodeLegacyEvents } from "@trainchain/chain";
import type { Connection } from "@trainchain/db";
import type { Logger } from "pino";
import { createPublicClient, http } from "viem";
import type { Env } from "./env.ts";
import { createFollower, type FollowedContract } from "./follow-chain.ts";
import { escrowHandlers } from "./handlers/index.ts";
import { legacyHandlers } from "./legacy-handlers/index.ts";

/** The follower of the escrow and, where one is named, of its predecessor. */
export function createIndexer(env: Env, { db }: Connection, log: Logger) {
  const client = createPublicClient({ transport: http(env.RPC_URL, { batch: true, retryCount: 2 }) });
  const contracts: FollowedContract[] = [
    {
      address: env.ESCROW_ADDRESS,
      decode: decodeEvents,
      startBlock: env.START_BLOCK,
      handlers: escrowHandlers,
      ours: true,
      aggregators: [env.AGGREGATOR_ADDRESS, ...env.FORMER_AGGREGATOR_ADDRESSES],
    },
  ];
  if (env.LEGACY_ESCROW_ADDRESS)
    contracts.push({
      address: env.LEGACY_ESCROW_ADDRESS,
      decode: decodeLegacyEvents,
      startBlock: env.LEGACY_START_BLOCK,
      handlers: legacyHandlers,
      ours: false,
    });
  return createFollower({
    db,
    client,
    contracts,
    chainId: env.CHAIN_ID,
    confirmations: env.CONFIRMATIONS,
    maxWindowBlocks: env.MAX_WINDOW_BLOCKS,
    log,
  });
}
