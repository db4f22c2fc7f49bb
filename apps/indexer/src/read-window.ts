import type { EscrowEvent, LegacyEvent } from "@trainchain/chain";
import type { BlockRow, ChainEvent } from "@trainchain/db/follow";
import { TrainChainError } from "@trainchain/protocol";
import type { Address, Block, Log, PublicClient } from "viem";

/** A contract whose events are read. */
export interface EventSource {
  address: Address;
  /** Its events among mined logs. */
  decode: (logs: readonly Log[]) => readonly (EscrowEvent | LegacyEvent)[];
}

/** The events of a range of blocks, and the blocks that must be recorded with them. */
export interface Window {
  from: bigint;
  to: bigint;
  /** Hash of the block below the range. */
  parentHash: string;
  events: ChainEvent[];
  blocks: BlockRow[];
}

/**
 * Reads the blocks `from`…`to` as of one chain. Undefined when the chain was reorganised while it was being
 * read: the last block is asked for before and after, and every event must lie in a block of that chain.
 */
export async function readWindow(
  client: PublicClient,
  { address, decode }: EventSource,
  from: bigint,
  to: bigint,
): Promise<Window | undefined> {
  const last = await client.getBlock({ blockNumber: to });
  const logs = await client.getLogs({ address, fromBlock: from, toBlock: to });
  const first = from === to ? last : await client.getBlock({ blockNumber: from });
  const blocks = await blocksOf(client, logs, [first, last]);
  const again = from === to && logs.length === 0 ? last : await client.getBlock({ blockNumber: to });
  if (again.hash !== last.hash || !blocks) return undefined;
  return {
    from,
    to,
    parentHash: first.parentHash,
    events: decode(logs).map((event) => storedEvent(event, blocks)),
    blocks: [...blocks.values()].map(blockRow),
  };
}

/** The blocks that hold logs, by number; undefined where a log's block is not the chain's any more. */
async function blocksOf(client: PublicClient, logs: readonly Log[], known: readonly Block[]) {
  const blocks = new Map(known.map((block) => [block.number, block]));
  const missing = [...new Set(logs.map((log) => log.blockNumber))].filter((number) => !blocks.has(number));
  const fetched = await Promise.all(
    missing.map((number) => client.getBlock({ blockNumber: number ?? undefined })),
  );
  for (const block of fetched) blocks.set(block.number, block);
  return logs.every((log) => blocks.get(log.blockNumber)?.hash === log.blockHash) ? blocks : undefined;
}

function storedEvent(event: EscrowEvent | LegacyEvent, blocks: Map<bigint | null, Block>): ChainEvent {
  const { name, address, blockNumber, blockHash: _, transactionHash, logIndex, ...args } = event;
  const block = blocks.get(blockNumber);
  if (!block) throw new TrainChainError("internal", `block ${blockNumber} was not read`);
  return {
    blockNumber,
    logIndex,
    escrow: address.toLowerCase(),
    transactionHash,
    name,
    jobId: "jobId" in args ? args.jobId : null,
    args: JSON.parse(JSON.stringify(args, storable)),
    minedAt: minedAt(block),
  };
}

/**
 * Amounts and ids as decimal strings, since JSON holds no whole number beyond 2^53; and no zero character in a text,
 * which a contract emits for whoever asks and PostgreSQL refuses.
 */
function storable(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "string" ? value.replaceAll("\0", "\ufffd") : value;
}

function blockRow(block: Block): BlockRow {
  if (block.number === null || block.hash === null)
    throw new TrainChainError("chain-unavailable", "the node gave a block that is not mined");
  return { number: block.number, hash: block.hash, parentHash: block.parentHash, minedAt: minedAt(block) };
}

function minedAt(block: Block): Date {
  return new Date(Number(block.timestamp) * 1000);
}
