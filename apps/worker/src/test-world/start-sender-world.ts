import { acceptJob, encodeReleaseSlot } from "@trainchain/chain";
import { type Connection, connect } from "@trainchain/db";
import type { TransactionRow } from "@trainchain/db/work";
import { roles, startEscrowChain, startPostgres, testWallet, waitFor } from "@trainchain/testing";
import { pino } from "pino";
import { createPublicClient, http, type PublicClient, zeroAddress } from "viem";
import type { SpendingLimits } from "../sending/limits.ts";
import { createSender } from "../sending/sender.ts";

/** Limits that no test meets by chance. */
const wideLimits: SpendingLimits = {
  maxFeePerGasWei: 10n ** 15n,
  maxFeeWei: 10n ** 21n,
  relayGasPerWallet: 10n ** 12n,
  relayGasPerSlot: 10n ** 12n,
  relayGasOfNewcomers: 10n ** 12n,
  relayContractSigners: false,
  acceptances: { gasPerWallet: 10n ** 12n, gasPerJob: 10n ** 12n, gasPerDay: 10n ** 12n },
};

export interface SenderChanges {
  client?: PublicClient;
  bumpAfterMs?: number;
  confirmations?: number;
  limits?: Partial<SpendingLimits>;
}

/** The aggregator's sender on a real chain and a real database, without the rest of the worker. */
export async function startSenderWorld(escrow: Parameters<typeof startEscrowChain>[0] = {}) {
  const [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain(escrow)]);
  const account = testWallet(roles.aggregator);
  let connection: Connection | undefined;
  const lines: { level: number; msg: string; purpose?: string }[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line)) });

  const world = {
    chain,
    account,
    /** What was logged as an error: what an operator is to be woken by. */
    alerts: () => lines.filter(({ level }) => level >= 50),
    get connection(): Connection {
      if (!connection) throw new Error("renew() opens the database of a test");
      return connection;
    },

    /** A database of its own for each test, and a chain that mines by itself. */
    async renew(): Promise<void> {
      lines.length = 0;
      await chain.client.setAutomine(true);
      await connection?.close();
      connection = connect(await postgres.createDatabase());
    },

    sender: ({ limits, ...changes }: SenderChanges = {}) =>
      createSender({
        db: world.connection.db,
        connection: world.connection,
        client: createPublicClient({ transport: http(chain.rpcUrl) }),
        account,
        chainId: 80_002,
        escrow: chain.escrow,
        limits: { ...wideLimits, ...limits },
        confirmations: 0,
        bumpAfterMs: 60_000,
        pollIntervalMs: 20,
        log,
        ...changes,
      }),

    /** The intents, oldest first. */
    rows: (): Promise<TransactionRow[]> =>
      world.connection.db.query.transactions.findMany({ orderBy: ({ id }, { asc }) => asc(id) }),

    async firstRow(): Promise<TransactionRow> {
      const [row] = await world.rows();
      if (!row) throw new Error("no intent is written down");
      return row;
    },

    untilStatus: (step: () => Promise<void>, status: string) =>
      waitFor(`the intent to be ${status}`, async () => {
        await step();
        return (await world.rows())[0]?.status === status;
      }),

    /** How many transactions the aggregator's key has sent. */
    nonce: () => chain.client.getTransactionCount({ address: account.address }),

    /** Takes a slot of a job as the wallet of a test key. */
    accept: (jobId: bigint, index: number, delegate: `0x${string}` = zeroAddress) =>
      chain.mined(acceptJob(chain.signer(index), { escrow: chain.escrow, jobId, delegate, bondWei: 0n })),

    /** A job whose one delivery can be released: the contributor is overdue. Returns the intent. */
    async releaseIntent() {
      const { escrow } = chain;
      const { timestamp } = await chain.client.getBlock();
      const jobId = await chain.openJob({ acceptBy: Number(timestamp) + 86_400 });
      await world.accept(jobId, roles.firstContributor);
      await chain.travel(3_700);
      const contributor = chain.wallet(roles.firstContributor);
      const { to, data } = encodeReleaseSlot({ escrow, jobId, contributor });
      return { purpose: `releaseSlot/${escrow}/${jobId}/${contributor}`, to, data };
    },

    async stop(): Promise<void> {
      await connection?.close();
      await Promise.all([postgres.stop(), chain.stop()]);
    },
  };
  return world;
}

export type SenderWorld = Awaited<ReturnType<typeof startSenderWorld>>;
