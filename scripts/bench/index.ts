import { encodeCreateJob } from "@trainchain/chain";
import { connect } from "@trainchain/db";
import { createIndexer, readEnv } from "@trainchain/indexer";
import { termsFor } from "@trainchain/protocol";
import { type EscrowChain, fakeCid, roles, startEscrowChain, startPostgres } from "@trainchain/testing";
import { pino } from "pino";
import { type Address, concat, createPublicClient, type Hex, http, size, toHex } from "viem";

const events = 10_000;
const eventsPerBlock = 100;
/** Blocks asked for at once: an answer of all events would be larger than a client takes. */
const readBlocks = 20n;

/**
 * Code of an account that calls the escrow with its own calldata and one `stakeWei` a call, `calls` times: a
 * transaction of the node's takes 20 ms however small it is, so that one for each event takes minutes.
 */
function repeater(escrow: Address, stakeWei: number, calls: number): Hex {
  const byte = (value: number) => toHex(value, { size: 1 });
  const copyCalldata = "0x365f5f37"; // CALLDATASIZE PUSH0 PUSH0 CALLDATACOPY
  const start = concat([copyCalldata, "0x60", byte(calls)]); // PUSH1 calls
  const loop = size(start);
  const call = concat(["0x5b5f5f365f60", byte(stakeWei), "0x73", escrow, "0x5af1"]); // JUMPDEST … PUSH1 … PUSH20 … GAS CALL
  const fail = loop + size(call) + 13;
  const orFail = concat(["0x1560", byte(fail), "0x57"]); // ISZERO PUSH1 fail JUMPI
  const again = concat(["0x600190038060", byte(loop), "0x57"]); // PUSH1 1 SWAP1 SUB DUP1 PUSH1 loop JUMPI
  const end = "0x005b5f5ffd"; // STOP JUMPDEST PUSH0 PUSH0 REVERT
  return concat([start, call, orFail, again, end]);
}

/** Fills the chain with JobCreated events, `eventsPerBlock` a block. */
async function createJobs({ client, escrow, version, wallet, mined }: EscrowChain): Promise<void> {
  const { timestamp } = await client.getBlock();
  const stakeWei = 2;
  const asked = {
    kind: 0,
    minContributors: 1,
    maxContributors: 2,
    acceptBy: Number(timestamp) + 86_400,
    trainingPeriod: 3_600,
    reviewPeriod: 3_600,
    bondWei: 0n,
    aggregator: wallet(roles.aggregator),
    specCid: fakeCid("s"),
  };
  const terms = termsFor(version, asked, { stakeWei: BigInt(stakeWei), feeBps: 0 });
  const { data } = encodeCreateJob({ escrow, stakeWei: BigInt(stakeWei), terms });
  const requester = wallet(roles.requester);
  await client.setCode({ address: requester, bytecode: repeater(escrow, stakeWei, eventsPerBlock) });
  for (let sent = 0; sent < events; sent += eventsPerBlock)
    await mined(
      client.sendUnsignedTransaction({ from: wallet(roles.deployer), to: requester, data, gas: 16_000_000n }),
    );
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
        ...chain.settings,
      });
      const follower = createIndexer(env, connection, pino({ level: "silent" }));
      const started = performance.now();
      await follower.assertChain();
      while ((await follower.step()) !== "idle");
      const indexMs = performance.now() - started;
      const [stored] = await connection.sql<{
        events: number;
      }>`select count(*)::int as events from chain_events`;
      const row = (what: string, milliseconds: number) => ({
        what,
        events: stored?.events,
        seconds: Number((milliseconds / 1000).toFixed(3)),
        eventsPerSecond: Math.round((1000 * (stored?.events ?? 0)) / milliseconds),
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
