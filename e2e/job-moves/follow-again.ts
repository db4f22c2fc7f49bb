import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Connection, connect } from "@trainchain/db";
import { roles, startProcess, testWallet, waitFor } from "@trainchain/testing";
import { type LocalWorld, localChainId } from "@trainchain/testing/local-world";

const script = fileURLToPath(new URL("../../apps/indexer/src/main.ts", import.meta.url));

/** What is derived from the chain, but for the blocks that happen to be kept. */
const tables = [
  "chain_cursors",
  "chain_events",
  "jobs",
  "slots",
  "contributor_submissions",
  "contributor_stats",
  "withdrawable_balances",
] as const;

export type DerivedRows = Record<(typeof tables)[number], unknown[]>;

/**
 * Drops all that was derived from the chain and follows it again from the first block.
 * @param head Number of the newest block; what was followed up to it is compared.
 * @returns the rows before and after.
 */
export async function followAgain(
  world: LocalWorld,
  head: bigint,
): Promise<{ followed: DerivedRows; again: DerivedRows }> {
  const connection = connect(world.databaseUrl, { poolSize: 1 });
  try {
    await waitFor("the indexer to reach the newest block", async () => {
      const [cursor] = await connection.sql<{ next_block: string }>`select next_block from chain_cursors`;
      return BigInt(cursor?.next_block ?? 0) > head;
    });
    await world.indexer.stop();
    const followed = await listDerivedRows(connection);
    await reindex(world);
    return { followed, again: await listDerivedRows(connection) };
  } finally {
    await connection.close();
  }
}

/** Every derived row, in an order of its own content. */
async function listDerivedRows({ pool }: Connection): Promise<DerivedRows> {
  const rows: [string, unknown[]][] = [];
  for (const table of tables)
    rows.push([table, (await pool.query(`select * from ${table} as r order by r::text`)).rows]);
  return Object.fromEntries(rows) as DerivedRows;
}

async function reindex({ databaseUrl, rpcUrl, escrow, logDir }: LocalWorld): Promise<void> {
  const env = {
    DATABASE_URL: databaseUrl,
    RPC_URL: rpcUrl,
    CHAIN_ID: String(localChainId),
    ESCROW_ADDRESS: escrow,
    START_BLOCK: "0",
    AGGREGATOR_ADDRESS: testWallet(roles.aggregator).address,
  };
  const logFile = join(logDir, "reindex.log");
  const indexer = await startProcess({ name: "reindex", script, args: ["--reindex"], env, logFile });
  const code = await indexer.exited;
  if (code !== 0) throw new Error(`reindexing ended with ${code}:\n${await indexer.lastLines()}`);
}
