import { encodeCompleteJob } from "@trainchain/chain";
import { transactions } from "@trainchain/db";
import { requestTransaction } from "@trainchain/db/work";
import { fakeCid, roles, waitFor } from "@trainchain/testing";
import { createPublicClient, http, type PublicClient } from "viem";
import { sendTransaction as sendByHand } from "viem/actions";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type SenderWorld, startSenderWorld } from "../test-world/start-sender-world.ts";

let world: SenderWorld;

beforeAll(async () => {
  world = await startSenderWorld();
});
afterAll(() => world?.stop());
beforeEach(() => world.renew());

it("sends an intent once, however often it is asked for and however many processes send", async () => {
  const intent = await world.releaseIntent();
  const before = await world.nonce();
  await requestTransaction(world.connection.db, intent);
  await requestTransaction(world.connection.db, intent);
  const [one, other] = [world.sender(), world.sender()];
  await Promise.all([one.step(), other.step()]);
  await world.untilStatus(one.step, "confirmed");
  await requestTransaction(world.connection.db, intent);
  await world.untilStatus(other.step, "confirmed");
  expect(await world.nonce()).toBe(before + 1);
});

it("lets one of many running processes send, and another take over when that one ends", async () => {
  const intent = await world.releaseIntent();
  const before = await world.nonce();
  const [leading, waiting] = [new AbortController(), new AbortController()];
  const first = world.sender().run(leading.signal);
  await waitFor("the first to lead", async () => {
    const [row] = await world.connection
      .sql`select count(*)::int as locks from pg_locks where locktype = 'advisory'`;
    return row?.locks === 1;
  });
  const second = world.sender().run(waiting.signal);
  leading.abort();
  await first;
  await requestTransaction(world.connection.db, intent);
  await waitFor("the second to send", async () => (await world.rows())[0]?.status === "confirmed");
  waiting.abort();
  await second;
  expect(await world.nonce()).toBe(before + 1);
});

it("killed before broadcasting, sends the very bytes that it had written down", async () => {
  const intent = await world.releaseIntent();
  await requestTransaction(world.connection.db, intent);
  const deaf = createPublicClient({ transport: http(world.chain.rpcUrl) }).extend(() => ({
    sendRawTransaction: () => Promise.reject(new Error("killed here")),
  })) as PublicClient;
  await world.sender({ client: deaf }).step();
  const [written] = await world.rows();
  expect(written?.status).toBe("sent");
  await world.untilStatus(world.sender().step, "confirmed");
  const [confirmed] = await world.rows();
  expect(confirmed?.minedHash).toBe(written?.attempts[0]?.hash);
  expect(confirmed?.attempts).toHaveLength(1);
});

it("killed between sending and seeing the receipt, finds the receipt and sends nothing more", async () => {
  const intent = await world.releaseIntent();
  const before = await world.nonce();
  await requestTransaction(world.connection.db, intent);
  await world.chain.client.setAutomine(false);
  await world.sender().step();
  await world.chain.client.mine({ blocks: 1 });
  await world.chain.client.setAutomine(true);
  await world.untilStatus(world.sender().step, "confirmed");
  expect(await world.nonce()).toBe(before + 1);
});

it("sends under a new nonce when the key was used elsewhere", async () => {
  const intent = await world.releaseIntent();
  await requestTransaction(world.connection.db, intent);
  const deaf = createPublicClient({ transport: http(world.chain.rpcUrl) }).extend(() => ({
    sendRawTransaction: () => Promise.reject(new Error("lost on the way")),
  })) as PublicClient;
  await world.sender({ client: deaf }).step();
  await world.chain.mined(
    sendByHand(world.chain.signer(roles.aggregator), { to: world.chain.wallet(roles.stranger), value: 1n }),
  );
  await world.untilStatus(world.sender({ bumpAfterMs: 0 }).step, "confirmed");
});

it("counts a transaction only when enough blocks lie on top of it, and again when a reorganisation drops it", async () => {
  const intent = await world.releaseIntent();
  await requestTransaction(world.connection.db, intent);
  const careful = world.sender({ confirmations: 2 });
  await careful.step();
  await waitFor("the transaction to be mined", async () => {
    const hash = (await world.rows())[0]?.attempts[0]?.hash as `0x${string}`;
    return world.chain.client.getTransactionReceipt({ hash });
  });
  await careful.step();
  expect((await world.rows())[0]?.status).toBe("sent");
  await world.chain.client.request({ method: "anvil_reorg" as never, params: [1, []] as never });
  await world.chain.client.mine({ blocks: 1 });
  await careful.step();
  await world.chain.client.mine({ blocks: 3 });
  await world.untilStatus(careful.step, "confirmed");
  expect((await world.rows())[0]?.attempts).toHaveLength(1);
});

it("stores the escrow's refusal, sends nothing, and tries anew when asked again", async () => {
  const jobId = await world.chain.openJob();
  const call = encodeCompleteJob({
    escrow: world.chain.escrow,
    jobId,
    resultCid: fakeCid("d"),
    contributors: [],
  });
  const intent = { purpose: `completeJob/${world.chain.escrow}/${jobId}`, to: call.to, data: call.data };
  const before = await world.nonce();
  await requestTransaction(world.connection.db, intent);
  await world.untilStatus(world.sender().step, "refused");
  expect((await world.rows())[0]?.error).toMatchObject({
    code: "not-ready",
    message: expect.stringContaining("deliver"),
  });
  await requestTransaction(world.connection.db, intent);
  expect((await world.rows())[0]?.status).toBe("queued");
  expect(await world.nonce()).toBe(before);
});

it("tries what reverted, and was paid for, anew only after a while", async () => {
  const { db } = world.connection;
  const intent = await world.releaseIntent();
  await requestTransaction(db, intent);
  const again = async (updatedAt: Date) => {
    await db.update(transactions).set({ status: "reverted", updatedAt });
    await requestTransaction(db, intent);
    return (await world.firstRow()).status;
  };
  expect(await again(new Date(Date.now() - 60_000))).toBe("reverted");
  expect(await again(new Date(Date.now() - 360_000))).toBe("queued");
});

it("counts what somebody else has done already as done", async () => {
  const intent = await world.releaseIntent();
  await world.chain.mined(
    sendByHand(world.chain.signer(roles.stranger), { to: intent.to, data: intent.data }),
  );
  const before = await world.nonce();
  await requestTransaction(world.connection.db, intent);
  await world.untilStatus(world.sender().step, "confirmed");
  expect(await world.nonce()).toBe(before);
});
