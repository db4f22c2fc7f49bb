import { acceptJob, encodeCompleteJob, encodeReleaseSlot } from "@trainchain/chain";
import { type Connection, connect } from "@trainchain/db";
import { requestTransaction, type TransactionRow } from "@trainchain/db/work";
import {
  type EscrowChain,
  fakeCid,
  type Postgres,
  roles,
  startEscrowChain,
  startPostgres,
  testWallet,
  waitFor,
} from "@trainchain/testing";
import { pino } from "pino";
import { createPublicClient, http, type PublicClient, zeroAddress } from "viem";
import { sendTransaction as sendByHand } from "viem/actions";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createSender } from "./sender.ts";

let postgres: Postgres;
let chain: EscrowChain;
let connection: Connection;
const account = testWallet(roles.aggregator);
const contributor = roles.firstContributor;
const log = pino({ level: "silent" });

beforeAll(async () => {
  [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()]);
});
beforeEach(async () => {
  connection = connect(await postgres.createDatabase());
});
afterEach(async () => {
  await chain.client.setAutomine(true);
  await connection.close();
});

function sender(changes: { client?: PublicClient; bumpAfterMs?: number; confirmations?: number } = {}) {
  return createSender({
    db: connection.db,
    connection,
    client: createPublicClient({ transport: http(chain.rpcUrl) }),
    account,
    chainId: 80_002,
    confirmations: 0,
    bumpAfterMs: 60_000,
    pollIntervalMs: 20,
    log,
    ...changes,
  });
}

async function rows(): Promise<TransactionRow[]> {
  return connection.db.query.transactions.findMany();
}

const untilStatus = (step: () => Promise<void>, status: string) =>
  waitFor(`the intent to be ${status}`, async () => {
    await step();
    return (await rows())[0]?.status === status;
  });

const nonce = () => chain.client.getTransactionCount({ address: account.address });

/** A job whose one delivery can be released: the contributor is overdue. Returns the intent. */
async function releaseIntent() {
  const { escrow } = chain;
  const jobId = await chain.openJob({ acceptBy: Number((await chain.client.getBlock()).timestamp) + 86_400 });
  const accepting = { escrow, jobId, delegate: zeroAddress, bondWei: 0n };
  await chain.mined(acceptJob(chain.signer(contributor), accepting));
  await chain.travel(3_700);
  const { to, data } = encodeReleaseSlot({ escrow, jobId, contributor: chain.wallet(contributor) });
  return { purpose: `releaseSlot/${escrow}/${jobId}/${chain.wallet(contributor)}`, to, data };
}

it("sends an intent once, however often it is asked for and however many processes send", async () => {
  const intent = await releaseIntent();
  const before = await nonce();
  await requestTransaction(connection.db, intent);
  await requestTransaction(connection.db, intent);
  const [one, other] = [sender(), sender()];
  await Promise.all([one.step(), other.step()]);
  await untilStatus(one.step, "confirmed");
  await requestTransaction(connection.db, intent);
  await untilStatus(other.step, "confirmed");
  expect(await nonce()).toBe(before + 1);
});

it("lets one of many running processes send, and another take over when that one ends", async () => {
  const intent = await releaseIntent();
  const before = await nonce();
  const [leading, waiting] = [new AbortController(), new AbortController()];
  const first = sender().run(leading.signal);
  await waitFor("the first to lead", async () => {
    const [row] =
      await connection.sql`select count(*)::int as locks from pg_locks where locktype = 'advisory'`;
    return row?.locks === 1;
  });
  const second = sender().run(waiting.signal);
  leading.abort();
  await first;
  await requestTransaction(connection.db, intent);
  await waitFor("the second to send", async () => (await rows())[0]?.status === "confirmed");
  waiting.abort();
  await second;
  expect(await nonce()).toBe(before + 1);
});

it("killed before broadcasting, sends the very bytes that it had written down", async () => {
  const intent = await releaseIntent();
  await requestTransaction(connection.db, intent);
  const deaf = createPublicClient({ transport: http(chain.rpcUrl) }).extend(() => ({
    sendRawTransaction: () => Promise.reject(new Error("killed here")),
  })) as PublicClient;
  await sender({ client: deaf }).step();
  const [written] = await rows();
  expect(written?.status).toBe("sent");
  await untilStatus(sender().step, "confirmed");
  const [confirmed] = await rows();
  expect(confirmed?.minedHash).toBe(written?.attempts[0]?.hash);
  expect(confirmed?.attempts).toHaveLength(1);
});

it("killed between sending and seeing the receipt, finds the receipt and sends nothing more", async () => {
  const intent = await releaseIntent();
  const before = await nonce();
  await requestTransaction(connection.db, intent);
  await chain.client.setAutomine(false);
  await sender().step();
  await chain.client.mine({ blocks: 1 });
  await chain.client.setAutomine(true);
  await untilStatus(sender().step, "confirmed");
  expect(await nonce()).toBe(before + 1);
});

it("raises the price by at least an eighth under the same nonce when a transaction is not mined", async () => {
  const intent = await releaseIntent();
  const before = await nonce();
  await requestTransaction(connection.db, intent);
  await chain.client.setAutomine(false);
  const impatient = sender({ bumpAfterMs: 0 });
  await impatient.step();
  await impatient.step();
  const [cheap, dear] = (await rows())[0]?.attempts ?? [];
  expect(BigInt(dear?.maxFeePerGasWei ?? 0) * 8n).toBeGreaterThanOrEqual(
    BigInt(cheap?.maxFeePerGasWei ?? 0) * 9n,
  );
  await chain.client.mine({ blocks: 1 });
  await chain.client.setAutomine(true);
  await untilStatus(impatient.step, "confirmed");
  expect((await rows())[0]?.minedHash).toBe(dear?.hash);
  expect(await nonce()).toBe(before + 1);
});

it("sends under a new nonce when the key was used elsewhere", async () => {
  const intent = await releaseIntent();
  await requestTransaction(connection.db, intent);
  const deaf = createPublicClient({ transport: http(chain.rpcUrl) }).extend(() => ({
    sendRawTransaction: () => Promise.reject(new Error("lost on the way")),
  })) as PublicClient;
  await sender({ client: deaf }).step();
  await chain.mined(
    sendByHand(chain.signer(roles.aggregator), { to: chain.wallet(roles.stranger), value: 1n }),
  );
  await untilStatus(sender({ bumpAfterMs: 0 }).step, "confirmed");
});

it("counts a transaction only when enough blocks lie on top of it, and again when a reorganisation drops it", async () => {
  const intent = await releaseIntent();
  await requestTransaction(connection.db, intent);
  const careful = sender({ confirmations: 2 });
  await careful.step();
  await waitFor("the transaction to be mined", async () => {
    const hash = (await rows())[0]?.attempts[0]?.hash as `0x${string}`;
    return chain.client.getTransactionReceipt({ hash });
  });
  await careful.step();
  expect((await rows())[0]?.status).toBe("sent");
  await chain.client.request({ method: "anvil_reorg" as never, params: [1, []] as never });
  await chain.client.mine({ blocks: 1 });
  await careful.step();
  await chain.client.mine({ blocks: 3 });
  await untilStatus(careful.step, "confirmed");
  expect((await rows())[0]?.attempts).toHaveLength(1);
});

it("stores the escrow's refusal, sends nothing, and tries anew when asked again", async () => {
  const jobId = await chain.openJob();
  const call = encodeCompleteJob({ escrow: chain.escrow, jobId, resultCid: fakeCid("d"), contributors: [] });
  const intent = { purpose: `completeJob/${chain.escrow}/${jobId}`, to: call.to, data: call.data };
  const before = await nonce();
  await requestTransaction(connection.db, intent);
  await untilStatus(sender().step, "refused");
  expect((await rows())[0]?.error).toMatchObject({
    code: "not-ready",
    message: expect.stringContaining("deliver"),
  });
  await requestTransaction(connection.db, intent);
  expect((await rows())[0]?.status).toBe("queued");
  expect(await nonce()).toBe(before);
});

it("counts what somebody else has done already as done", async () => {
  const intent = await releaseIntent();
  await chain.mined(sendByHand(chain.signer(roles.stranger), { to: intent.to, data: intent.data }));
  const before = await nonce();
  await requestTransaction(connection.db, intent);
  await untilStatus(sender().step, "confirmed");
  expect(await nonce()).toBe(before);
});
