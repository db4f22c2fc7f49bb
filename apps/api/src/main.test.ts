import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startEscrowChain, startPostgres, startProcess, waitFor } from "@trainchain/testing";
import { expect, it } from "vitest";
import { readEnv } from "./env.ts";

const script = fileURLToPath(new URL("./main.ts", import.meta.url));

it("names every setting that is missing or wrong at once", () => {
  const settings = { PORT: "http", STORAGE: "pinata", DATABASE_URL: "" };
  const read = () => readEnv(settings);
  for (const name of [
    "DATABASE_URL",
    "RPC_URL",
    "CHAIN_ID",
    "ESCROW_ADDRESS",
    "PUBLIC_URL",
    "SEALING_SECRET",
    "PORT",
  ]) {
    expect(read).toThrow(name);
  }
});

it("the process serves until it is asked to end, and then ends by itself, open streams or not", async () => {
  const [postgres, chain, dir, port] = await Promise.all([
    startPostgres(),
    startEscrowChain(),
    mkdtemp(join(tmpdir(), "trainchain-main-")),
    freePort(),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const api = await startProcess({
    name: "api",
    script,
    env: {
      DATABASE_URL: await postgres.createDatabase(),
      RPC_URL: chain.rpcUrl,
      CHAIN_ID: "80002",
      ESCROW_ADDRESS: chain.escrow,
      AGGREGATOR_ADDRESS: chain.wallet(1),
      PUBLIC_URL: url,
      PORT: String(port),
      DATA_DIR: dir,
      SEALING_SECRET: "5e".repeat(32),
    },
    logFile: join(dir, "api.log"),
  });
  try {
    await waitFor("the API to be ready", async () => (await fetch(`${url}/readyz`)).ok);
    const config = await (await fetch(`${url}/config`)).json();
    expect(config).toMatchObject({ rpcUrl: chain.rpcUrl, chainName: "TrainChain local", explorerUrl: null });
    await api.stop();
    expect(await api.exited).toBe(0);
    expect(await api.lastLines()).toContain("api stops");
  } finally {
    await api.kill();
    await Promise.all([postgres.stop(), chain.stop()]);
    await rm(dir, { recursive: true, force: true });
  }
});
