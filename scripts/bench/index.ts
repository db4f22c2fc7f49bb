import { encodeCreateJob } from "@trainchain/chain";
import { connect } from "@trainchain/db";
import { createIndexer, readEnv } from "@trainchain/indexer";
import { type EscrowChain, fakeCid, roles, startEscrowChain, startPostgres } from "@trainchain/testing";
import { pino } from "pino";
import { createPublicClient, http } from "viem";

const events = 10_000;
const eventsPerBlock = 100;
/** Blocks asked for at once: an answer of all events would be larger than a client takes. */
const readBlocks = 20n;

/** Fills the chain with JobCreated events, `eventsPerBlock` a block. */
async function createJobs({ client, escrow, wallet }: EscrowChain): Promise<void> {
  const { timestamp } = await client.getBlock();
  const { to, data, value } = encodeCreateJob({
    escrow,
    stakeWei: 2n,
    terms: {
      kind: 0,
      minContributors: 1,
      maxContributors: 2,
      acceptBy: Number(timestamp) + 86_400,
      trainingPeriod: 3_600,
      reviewPeriod: 3_600,
      bondWei: 0n,
      aggregator: wallet(roles.aggregator),
      specCid: fakeCid("s"),
    },
  });
  const first = await client.getTransactionCount({ address: wallet(roles.requester) });
  await client.setAutomine(false);
  await client.setBlockGasLimit({ gasLimit: 100_000_000n });
  for (let sent = 0; sent < events; sent += eventsPerBlock) {
    // The chain takes about 20 ms a transaction: minutes in all, before the measurement begins.
    if (sent % 1_000 === 0) console.error(`filling the chain: ${sent} of ${events} events`);
    await Promise.all(
      Array.from({ length: eventsPerBlock }, (_, index) => {
        const nonce = first + sent + index;
        const from = wallet(roles.requester);
        return client.sendUnsignedTransaction({ from, nonce, to, data, value, gas: 400_000n });
      }),
    );
    await client.mine({ blocks: 1 });
  }
  await client.setAutomine(true);
}

/** Milliseconds to read every event of the escrow from the node and decode nothing: the floor of any indexer. */
async function readOnly({ rpcUrl, escrow, startBlock }: EscrowChain): Promise<number> {
  const client = createPublicClient({ transport: http(rpcUrl) });
  const started = performance.now();
  const head = await client.getBlockNumber();
  for (let fromBlock = startBlock; fromBlock <= head; fromBlock += readBlocks)
    await client.getLogs({ address: escrow, fromBlock, toBlock: fromBlock + readBlocks - 1n });
  return performance.now() - started;
}

export default {
  name: "index",
  about: `events/s from a chain with ${events} events into PostgreSQL, beside reading them from the node alone`,
  async run() {
    const [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
    const databaseUrl = await postgres.createDatabase();
    const connection = connect(databaseUrl);
    try {
      await createJobs(chain);
      const readMs = await readOnly(chain);
      const env = readEnv({
        DATABASE_URL: databaseUrl,
        RPC_URL: chain.rpcUrl,
        CHAIN_ID: "80002",
        ESCROW_ADDRESS: chain.escrow,
        START_BLOCK: chain.startBlock.toString(),
      });
      const follower = createIndexer(env, connection, pino({ level: "silent" }));
      const started = performance.now();
      await follower.assertChain();
      while ((await follower.step()) !== "idle");
      const indexMs = performance.now() - started;
      const [stored] = await connection.sql`select count(*)::int as events from chain_events`;
      const row = (what: string, milliseconds: number) => ({
        what,
        events: stored?.events,
        seconds: Number((milliseconds / 1000).toFixed(3)),
        eventsPerSecond: Math.round((1000 * stored?.events) / milliseconds),
      });
      return {
        rows: [row("indexed: events, jobs, tasks, news", indexMs), row("read from the node alone", readMs)],
        ratios: { "time of reading alone / time of indexing": readMs / indexMs },
      };
    } finally {
      await connection.close();
      await Promise.all([postgres.stop(), chain.stop()]);
    }
  },
};
