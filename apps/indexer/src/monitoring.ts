import { assertChainId } from "@trainchain/chain";
import type { Connection } from "@trainchain/db";
import { findIndexedBlock } from "@trainchain/db/operations";
import { addReadGauge, createRegistry, type Monitor, type Pulse } from "@trainchain/telemetry";
import { createPublicClient, http } from "viem";
import type { Env } from "./env.ts";

/** What the indexer tells of itself: how far it is behind the chain, and the chain behind the clock. */
export function createIndexerMonitor(env: Env, { db, sql }: Connection, pulse: Pulse): Monitor {
  const registry = createRegistry();
  const client = createPublicClient({ transport: http(env.RPC_URL, { timeout: 4_000, retryCount: 0 }) });

  async function lag(): Promise<{ blocks: number; seconds: number }> {
    const [head, indexed] = await Promise.all([
      client.getBlock(),
      findIndexedBlock(db, env.ESCROW_ADDRESS.toLowerCase()),
    ]);
    const read = indexed ?? env.START_BLOCK;
    if (read >= head.number) return { blocks: 0, seconds: 0 };
    const { timestamp } = await client.getBlock({ blockNumber: read });
    return { blocks: Number(head.number - read), seconds: Number(head.timestamp - timestamp) };
  }

  addReadGauge(registry, {
    name: "trainchain_indexer_lag_blocks",
    help: "Blocks of the chain that are not indexed yet",
    read: async () => (await lag()).blocks,
  });
  addReadGauge(registry, {
    name: "trainchain_indexer_lag_seconds",
    help: "Time between the newest indexed block and the chain's newest",
    read: async () => (await lag()).seconds,
  });
  addReadGauge(registry, {
    name: "trainchain_chain_head_age_seconds",
    help: "Age of the newest block that the node knows",
    read: async () => Date.now() / 1000 - Number((await client.getBlock()).timestamp),
  });

  async function assertReady(): Promise<void> {
    await sql`select 1`;
    await assertChainId(client, env.CHAIN_ID);
    pulse.assertBeating();
  }

  return { registry, assertReady };
}
