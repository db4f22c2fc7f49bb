import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEscrowVersion } from "@trainchain/chain";
import { readDeployment } from "@trainchain/chain/node";
import { type Anvil, startAnvil } from "@trainchain/chain/testing";
import { createClient, createPublicClient, http } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deploy } from "./deploy.ts";

// The first account of anvil's published mnemonic.
const key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

describe("deploying the escrow", () => {
  let anvil: Anvil;
  let deploymentsDir: string;
  beforeAll(async () => {
    anvil = await startAnvil({ chainId: 80_002 });
    deploymentsDir = await mkdtemp(join(tmpdir(), "deployments-"));
  });
  afterAll(async () => {
    await anvil?.stop();
    await rm(deploymentsDir, { recursive: true, force: true });
  });

  it("records address, block and terms under the chain's number", async () => {
    const environment = { RPC_URL: anvil.rpcUrl, DEPLOYER_PRIVATE_KEY: key, FEE_BPS: "250" };
    const deployment = await deploy({ network: "amoy", environment, deploymentsDir });
    expect(deployment).toMatchObject({
      chainId: 80_002,
      terms: { feeBps: 250, feeReceiver: "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266" },
    });
    expect(deployment.block).toBeGreaterThan(0);
    expect(JSON.parse(await readFile(join(deploymentsDir, "80002.json"), "utf8"))).toEqual(deployment);
    expect(await readDeployment(80_002, deploymentsDir)).toEqual(deployment);
  });

  it.each([
    ["the second version where none is asked for", {}, "2"],
    ["the first where it is asked for", { ESCROW_VERSION: "1" }, "1"],
  ] as const)("deploys %s", async (_, asked, version) => {
    const environment = { RPC_URL: anvil.rpcUrl, DEPLOYER_PRIVATE_KEY: key, ...asked };
    const { address } = await deploy({ network: "amoy", environment, deploymentsDir, replace: true });
    const client = createClient({ transport: http(anvil.rpcUrl) });
    expect(await findEscrowVersion(client, address)).toBe(version);
  });

  it("leaves a recorded deployment alone, and pays for no other, until it is to be replaced", async () => {
    const environment = { RPC_URL: anvil.rpcUrl, DEPLOYER_PRIVATE_KEY: key };
    const dir = await mkdtemp(join(deploymentsDir, "recorded-"));
    const ask = (replace?: boolean) =>
      deploy({ network: "amoy", environment, deploymentsDir: dir, ...(replace ? { replace } : {}) });
    const first = await ask();
    const client = createPublicClient({ transport: http(anvil.rpcUrl) });
    const block = await client.getBlockNumber({ cacheTime: 0 });
    await expect(ask()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("80002.json"),
      fix: expect.stringMatching(/paid unjudged.*--replace/),
    });
    expect(await readDeployment(80_002, dir)).toEqual(first);
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(block);
    const second = await ask(true);
    expect(second.address).not.toBe(first.address);
    expect(await readDeployment(80_002, dir)).toEqual(second);
  });

  it("refuses a node of another network", async () => {
    const environment = { RPC_URL: anvil.rpcUrl, DEPLOYER_PRIVATE_KEY: key };
    await expect(deploy({ network: "polygon", environment, deploymentsDir })).rejects.toMatchObject({
      code: "wrong-network",
      facts: { expected: 137, actual: 80_002 },
    });
  });

  it("names every missing setting at once", async () => {
    await expect(deploy({ network: "amoy", environment: {}, deploymentsDir })).rejects.toThrow(
      /RPC_URL.*DEPLOYER_PRIVATE_KEY/,
    );
  });

  it("refuses a network that there is not", async () => {
    const environment = { RPC_URL: anvil.rpcUrl, DEPLOYER_PRIVATE_KEY: key };
    await expect(deploy({ network: "mars", environment, deploymentsDir })).rejects.toMatchObject({
      code: "invalid-input",
    });
  });
});
