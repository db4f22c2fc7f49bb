import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type Connection,
  connect,
  createQueueClient,
  enqueueTask,
  failedQueue,
  migrate,
} from "@trainchain/db";
import { type Postgres, startPostgres } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const escrow = `0x${"e5".repeat(20)}`;

let postgres: Postgres;
let url: string;
let connection: Connection;
beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  await migrate(url);
  connection = connect(url);
});
afterAll(async () => {
  await connection?.close();
  await postgres?.stop();
});

async function trainchain(...args: string[]) {
  const env = {
    ...{ PATH: process.env.PATH, DATABASE_URL: url, ESCROW_ADDRESS: escrow, DATA_DIR: "unused" },
    ...{ RPC_URL: "http://127.0.0.1:1", CHAIN_ID: "80002" },
  };
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args, "--json"], { env });
  return JSON.parse(stdout);
}

/** Where each task lies, by its key. */
async function tasks() {
  const { rows } = await connection.pool.query<{ name: string; key: string }>(
    "select name, singleton_key as key from pgboss.job where state < 'active' order by key",
  );
  return rows.map(({ name, key }) => `${key}: ${name}`);
}

it("puts back what of one job's tasks failed for good, and no other's", async () => {
  const { db } = connection;
  for (const jobId of ["7", "70"])
    await enqueueTask(db, "advance-job", { escrow, jobId }, { key: `advance-job/${jobId}` });
  await connection.pool.query("update pgboss.job set retry_limit = 0");
  const queue = createQueueClient(url, { supervise: false });
  await queue.start();
  for (const { id } of await queue.fetch("advance-job", { batchSize: 2 }))
    await queue.fail("advance-job", id, { message: "the model's folder is not there" });
  await queue.stop({ graceful: false });
  expect(await tasks()).toEqual([`advance-job/7: ${failedQueue}`, `advance-job/70: ${failedQueue}`]);

  expect(await trainchain("admin", "jobs", "--retry", "7")).toEqual({ retried: 1 });
  expect(await tasks()).toEqual(["advance-job/7: advance-job", `advance-job/70: ${failedQueue}`]);
  expect(await trainchain("admin", "jobs", "--retry", "7")).toEqual({ retried: 0 });
});
