import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestClient, http, publicActions } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { localChain } from "../chains.ts";
import { startAnvil } from "./start-anvil.ts";
import { zeroAddress } from "./test-world.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "anvil-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Does something with a chain that is then ended. */
async function withChain<T>(
  statePath: string | undefined,
  use: (client: ReturnType<typeof connect>) => Promise<T>,
): Promise<T> {
  const anvil = await startAnvil({ statePath });
  try {
    return await use(connect(anvil.rpcUrl));
  } finally {
    await anvil.stop();
  }
}

function connect(rpcUrl: string) {
  return createTestClient({ mode: "anvil", chain: localChain, transport: http(rpcUrl) }).extend(
    publicActions,
  );
}

const fill = async (client: ReturnType<typeof connect>) => {
  await client.setBalance({ address: zeroAddress, value: 7n });
  await client.mine({ blocks: 3 });
  return (await client.getBlock()).hash;
};
const read = async (client: ReturnType<typeof connect>) => ({
  balance: await client.getBalance({ address: zeroAddress }),
  head: await client.getBlock(),
});

it("a chain with a state file is the same after a restart", async () => {
  const statePath = join(folder, "chain.json");
  const headHash = await withChain(statePath, fill);
  const { balance, head } = await withChain(statePath, read);
  expect(balance).toBe(7n);
  expect(head).toMatchObject({ number: 3n, hash: headHash });
});

it("a chain without one begins anew", async () => {
  await withChain(undefined, fill);
  expect(await withChain(undefined, read)).toMatchObject({ balance: 0n, head: { number: 0n } });
});
