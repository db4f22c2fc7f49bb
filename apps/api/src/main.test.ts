import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApiClient } from "@trainchain/api-client";
import { connect } from "@trainchain/db";
import {
  type EscrowChain,
  freePort,
  type PostgresOptions,
  startEscrowChain,
  startPostgres,
  startProcess,
  testWallet,
  waitFor,
} from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEnv } from "./env.ts";
import { firstContributor, insertRunningJob } from "./testing/fixtures.ts";
import { step } from "./testing/messages.ts";

const script = fileURLToPath(new URL("./main.ts", import.meta.url));
let chain: EscrowChain;
let dir: string;

beforeAll(async () => {
  [chain, dir] = await Promise.all([startEscrowChain(), mkdtemp(join(tmpdir(), "trainchain-main-"))]);
});
afterAll(async () => {
  await chain?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The API as a process of its own, ready. */
async function startApi(databaseUrl: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startProcess({
    name: "api",
    script,
    env: {
      DATABASE_URL: databaseUrl,
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
  await waitFor("the API to be ready", async () => (await fetch(`${url}/readyz`)).ok);
  return { url, child };
}

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

it("the aggregator is no referee of its own refusals", () => {
  const wallet = `0x${"a".repeat(40)}`;
  const settings = {
    ...{ DATABASE_URL: "postgres://127.0.0.1/x", RPC_URL: "http://127.0.0.1:1", CHAIN_ID: "80002" },
    ...{ ESCROW_ADDRESS: `0x${"e".repeat(40)}`, AGGREGATOR_ADDRESS: wallet, PUBLIC_URL: "http://127.0.0.1" },
    ...{ DATA_DIR: "data", SEALING_SECRET: "5e".repeat(32) },
  };
  const REFEREE_ADDRESS = wallet.replaceAll("a", "A");
  expect(() => readEnv({ ...settings, REFEREE_ADDRESS })).toThrow(/REFEREE_ADDRESS.*it is the aggregator/);
  expect(readEnv(settings).REFEREE_ADDRESS).toBeUndefined();
});

it("the process serves until it is asked to end, and then ends by itself, open streams or not", async () => {
  const postgres = await startPostgres();
  const { url, child } = await startApi(await postgres.createDatabase());
  try {
    const config = await (await fetch(`${url}/config`)).json();
    expect(config).toMatchObject({ rpcUrl: chain.rpcUrl, chainName: "TrainChain local", explorerUrl: null });
    await child.stop();
    expect(await child.exited).toBe(0);
    expect(await child.lastLines()).toContain("api stops");
  } finally {
    await child.kill();
    await postgres.stop();
  }
});

it("the process outlives restarts of its database under requests, which are answered or refused as such", async () => {
  const server: PostgresOptions = { dataDir: join(dir, "postgres"), port: await freePort() };
  let postgres = await startPostgres(server);
  const databaseUrl = await postgres.ensureDatabase("trainchain");
  const { url, child } = await startApi(databaseUrl);
  try {
    const { db, close } = connect(databaseUrl, { poolSize: 1 });
    const { jobId } = await insertRunningJob({ db, wallet: chain.wallet, escrow: chain.escrow });
    await close();
    const { token } = await createApiClient({ baseUrl: url }).signIn(testWallet(firstContributor));
    const authorization = `Bearer ${token}`;
    const read = () => fetch(`${url}/jobs/${jobId}`, { headers: { authorization } });
    /** Written in a transaction. */
    const write = () =>
      fetch(`${url}/jobs/${jobId}/progress`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(step),
      });
    /** Some at once, within what one wallet may ask a minute. */
    const ask = () => Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? read() : write()));
    const statuses = new Set<number>();
    for (let restart = 0; restart < 4; restart += 1) {
      const under = ask();
      await postgres.stop();
      const without = ask();
      postgres = await startPostgres(server);
      await waitFor("the API to be ready again", async () => (await fetch(`${url}/readyz`)).ok);
      for (const { status } of await Promise.all([...under, ...without, ...ask()])) statuses.add(status);
    }
    expect([...statuses].filter((status) => ![200, 204, 503].includes(status))).toEqual([]);
    expect((await read()).status).toBe(200);
    expect((await write()).status).toBe(204);
  } finally {
    await child.kill();
    await postgres.stop();
  }
});
