import { acceptJob } from "@trainchain/chain";
import { fakeCid, roles, startEscrowChain, testWallet } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEscrow } from "./chain.ts";

let chain: Awaited<ReturnType<typeof startEscrowChain>>;
beforeAll(async () => {
  chain = await startEscrowChain();
});
afterAll(() => chain?.stop());

it("a wallet submits by itself what no key may sign for: its slot's delegate is a contract", async () => {
  const jobId = await chain.openJob();
  const { escrow, rpcUrl } = chain;
  const signer = chain.signer(roles.firstContributor);
  await chain.mined(acceptJob(signer, { escrow, jobId, delegate: escrow, bondWei: 0n }));
  const contributor = chain.wallet(roles.firstContributor);
  const account = testWallet(roles.firstContributor);
  const access = await openEscrow({
    rpcUrl,
    chainId: 80_002,
    chainName: "test",
    escrow,
    contributor,
    account,
  });
  const transaction = await access.moves?.submitAdapter(`${jobId}`, fakeCid("a"));
  await access.confirm(transaction as `0x${string}`);
  expect((await access.getSlot(`${jobId}`)).status).toBe("submitted");
});

it.each([
  ["away", "http://127.0.0.1:1", 80_002],
  ["of another chain", undefined, 137],
])("a node that is %s is named without the key in its address", async (_, node, chainId) => {
  const { escrow, rpcUrl } = chain;
  const contributor = chain.wallet(roles.firstContributor);
  const keyed = `${node ?? rpcUrl}/?key=of-somebody`;
  const account = { escrow, contributor, account: undefined };
  const opened = openEscrow({ rpcUrl: keyed, chainId, chainName: "test", ...account });
  const refusal = await opened.catch((error: Error) => `${error.message} ${(error.cause as Error)?.message}`);
  expect(refusal).toContain(node ?? rpcUrl);
  expect(refusal).not.toContain("of-somebody");
});
