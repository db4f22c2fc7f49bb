import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escrowVersions } from "@trainchain/protocol";
import { type EscrowChain, freePort, startEscrowChain } from "@trainchain/testing";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";
import { readAdminEnv } from "./env.ts";

let dir: string;
let chain: EscrowChain | undefined;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-doctor-"));
});
afterEach(() => chain?.stop());
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What is said of the contract, where no database is. */
async function findingOfContract({ rpcUrl, escrow }: EscrowChain, address: string = escrow) {
  const env = readAdminEnv({
    DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none`,
    ...{ RPC_URL: rpcUrl, CHAIN_ID: "80002", ESCROW_ADDRESS: address },
    ...{ DATA_DIR: dir, STORAGE_DIR: join(dir, "storage") },
  });
  return (await diagnose(env)).find(({ check }) => check === "contract");
}

it.each(escrowVersions)(
  "another build of the escrow's version %s works on, and is told of",
  async (version) => {
    chain = await startEscrowChain({ version });
    const { client, escrow } = chain;
    expect(await findingOfContract(chain)).toEqual({
      ...{ check: "contract", ok: true, detail: `the escrow's code is at ${escrow}` },
    });
    // The last bytes describe the build and are never run.
    const code = (await client.getCode({ address: escrow }))!;
    await client.setCode({ address: escrow, bytecode: `${code.slice(0, -6) as `0x${string}`}000000` });
    const finding = await findingOfContract(chain);
    expect(finding).toMatchObject({
      ok: true,
      detail: expect.stringContaining(`version ${version} of the escrow is at ${escrow}, another build`),
      warning: expect.stringContaining("Keep ESCROW_ADDRESS until its jobs end"),
    });
    expect(finding?.fix).toBeUndefined();
    expect(finding?.warning?.includes("expire before its review is over")).toBe(version === "1");
  },
);

it("what is no escrow is a fault, whose cure is no deployment", async () => {
  chain = await startEscrowChain();
  const finding = await findingOfContract(chain, chain.wallet(3));
  expect(finding).toMatchObject({ ok: false, fix: "Check the address and the network." });
});
