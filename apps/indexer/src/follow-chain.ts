import type { Database } from "@trainchain/db";
import { createCursor, findBlock, findCursor, findNewestBlock } from "@trainchain/db/follow";
import { TrainChainError } from "@trainchain/protocol";
import type { Logger } from "pino";
import type { PublicClient } from "viem";
import type { EventSource } from "./read-window.ts";
import { rollBack, storeWindow, type Understanding } from "./store-window.ts";
import { createWindowReader, type WindowReader } from "./window-reader.ts";

export interface FollowedContract extends EventSource, Understanding {
  /** The block of its deployment, or any earlier one. */
  startBlock: bigint;
}

export interface FollowChainDeps {
  db: Database;
  client: PublicClient;
  contracts: readonly FollowedContract[];
  chainId: number;
  /** Blocks that must lie on top of one before it is read; 0 reads the newest. */
  confirmations: number;
  /** Most blocks asked for at once; fewer where the node refuses so many or they hold very many events. */
  maxWindowBlocks: number;
  log: Logger;
}

export type Step = "advanced" | "rolled back" | "idle";

/**
 * Follows the contracts' events into the database, one window of blocks a step and contract. Whatever is stored
 * follows from one unbroken chain of parent hashes: where the chain has changed below what was read, everything
 * above the common ancestor is taken back first.
 */
export function createFollower({
  db,
  client,
  contracts,
  chainId,
  confirmations,
  maxWindowBlocks,
  log,
}: FollowChainDeps) {
  const followed = new Map(
    contracts.map((contract) => [
      contract.address.toLowerCase(),
      { ...contract, reader: createWindowReader(client, contract, maxWindowBlocks) },
    ]),
  );

  /** Refuses a node of another chain, and a database that was filled from another one. */
  async function assertChain(): Promise<void> {
    const actual = await client.getChainId();
    if (actual !== chainId) throw wrongChain(`the node is on chain ${actual}, not ${chainId}`);
    for (const [escrow, { startBlock }] of followed) {
      await createCursor(db, { escrow, chainId, nextBlock: startBlock });
      const cursor = await findCursor(db, escrow);
      if (cursor && cursor.chainId !== chainId)
        throw wrongChain(`the database was filled from chain ${cursor.chainId}, not ${chainId}`);
    }
  }

  /** Reads the next window of each contract; tells what happened to the one that moved most. */
  async function step(): Promise<Step> {
    const head = await client.getBlockNumber({ cacheTime: 0 });
    let outcome: Step = "idle";
    for (const [escrow, contract] of followed) {
      const result = await stepContract(escrow, contract, head);
      if (result === "rolled back") return result;
      if (result === "advanced") outcome = result;
    }
    return outcome;
  }

  async function stepContract(
    escrow: string,
    { startBlock, reader }: FollowedContract & { reader: WindowReader },
    head: bigint,
  ): Promise<Step> {
    const from = (await findCursor(db, escrow))?.nextBlock ?? startBlock;
    if (await isForked({ db, client }, from, head)) return backToAncestor(from - 1n);
    const newest = head - BigInt(confirmations);
    if (from > newest) return "idle";

    const window = await reader.read(from, newest);
    if (!window) return "idle";
    const below = await findBlock(db, from - 1n);
    if (below && below.hash !== window.parentHash) return backToAncestor(from - 1n);
    await storeWindow(db, followed, escrow, window);
    log.info({ escrow, from, to: window.to, events: window.events.length }, "followed");
    return "advanced";
  }

  /** Takes back what lies above the newest recorded block that the chain still has. */
  async function backToAncestor(from: bigint): Promise<Step> {
    let number = from;
    for (;;) {
      const recorded = await findNewestBlock(db, number);
      if (!recorded) break;
      const { hash } = await client.getBlock({ blockNumber: recorded.number });
      number = recorded.number;
      if (hash === recorded.hash) break;
      number -= 1n;
    }
    const known = await findBlock(db, number);
    const ancestor = known ? number : lowestStart(contracts) - 1n;
    log.warn({ ancestor, from }, "the chain was reorganised");
    await rollBack(db, followed, ancestor);
    return "rolled back";
  }

  return { assertChain, step };
}

/** Whether the last block that was read is not the chain's any more. A node that is behind says nothing of it. */
async function isForked(
  { db, client }: Pick<FollowChainDeps, "db" | "client">,
  from: bigint,
  head: bigint,
): Promise<boolean> {
  const below = await findBlock(db, from - 1n);
  if (!below || head < below.number) return false;
  return (await client.getBlock({ blockNumber: below.number })).hash !== below.hash;
}

function lowestStart(contracts: readonly FollowedContract[]): bigint {
  return contracts.map(({ startBlock }) => startBlock).reduce((a, b) => (a < b ? a : b));
}

export type Follower = ReturnType<typeof createFollower>;

function wrongChain(message: string): TrainChainError {
  return new TrainChainError("wrong-network", message, {
    fix: "Check RPC_URL, CHAIN_ID and DATABASE_URL; run the indexer with --reindex to fill the database anew.",
  });
}
