import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "@trainchain/db";
import { freePort, roles, startProcess, testPrivateKey, waitFor } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hour, type JobWorld, startJobWorld } from "../job-moves/job-world.ts";
import type { Person } from "../job-moves/people.ts";
import { operate, operatorEnv } from "./operator.ts";
import { readLogs } from "./read-logs.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let world: JobWorld;
let one: Person;
let two: Person;
let scratch: string;
const ports = { api: 0, indexer: 0, worker: 0 };
const request = { contributors: 2, minContributors: 2, rewardWei: 1_000_000n, bondWei: 1_001n };
/** Of each contributor: half of the reward less the fee of 5 %. */
const shareWei = 475_000n;

beforeAll(async () => {
  for (const name of ["api", "indexer", "worker"] as const) ports[name] = await freePort();
  const monitored = (name: keyof typeof ports) => ({ MONITOR_PORT: String(ports[name]) });
  world = await startJobWorld({
    env: { api: monitored("api"), indexer: monitored("indexer"), worker: monitored("worker") },
  });
  scratch = await mkdtemp(join(tmpdir(), "trainchain-operations-"));
  one = await world.person(roles.firstContributor);
  two = await world.person(roles.firstContributor + 1);
});
afterAll(async () => {
  await world?.stop();
  if (scratch) await rm(scratch, { recursive: true, force: true });
});

async function ask(name: keyof typeof ports, path: string) {
  const response = await fetch(`http://127.0.0.1:${ports[name]}${path}`);
  return { status: response.status, text: await response.text() };
}

it("every process tells of its life, its readiness and its figures on a port of its own", async () => {
  for (const name of ["api", "indexer", "worker"] as const)
    for (const path of ["/healthz", "/readyz"]) {
      const answer = await waitFor(`${path} of ${name}`, async () => {
        const found = await ask(name, path);
        return found.status === 200 && found;
      });
      expect(answer.status).toBe(200);
    }
  await one.api.getMyBalance();
  expect((await ask("api", "/metrics")).text).toMatch(
    /trainchain_http_request_duration_seconds_count\{method="GET",route="\/me\/balance",status="200"\} [1-9]/,
  );
  const caughtUp = await waitFor("the indexer to be level with the chain", async () => {
    const { text } = await ask("indexer", "/metrics");
    return /trainchain_indexer_lag_blocks 0/.test(text) && text;
  });
  expect(caughtUp).toMatch(/trainchain_indexer_lag_seconds 0/);
  expect(caughtUp).toMatch(/trainchain_chain_head_age_seconds -?\d/);
  await world.openJob(request);
  const { text } = await ask("worker", "/metrics");
  expect(text).toMatch(/trainchain_aggregator_balance_pol (10000|9\d{3}\.\d)/);
  expect(text).toMatch(/trainchain_jobs\{status="open"\} 1/);
  expect(text).toMatch(/trainchain_task_duration_seconds_count\{task="shard-dataset",outcome="done"\} 1/);
  expect(text).toMatch(/trainchain_storage_bytes\{folder="storage"\} [1-9]/);
  expect(text).toMatch(/trainchain_transactions_unfinished 0/);
});

it("every series that an alert asks for is one that a process serves", async () => {
  const alerts = await readFile(join(root, "deploy/alerts.yml"), "utf8");
  const wanted = new Set(alerts.match(/\btrainchain_\w+/g));
  const texts = await Promise.all(
    (["api", "indexer", "worker"] as const).map((name) =>
      waitFor(`/metrics of ${name}`, async () => (await ask(name, "/metrics")).text),
    ),
  );
  const served = new Set(texts.join("\n").match(/\btrainchain_\w+/g));
  expect(wanted.size).toBeGreaterThan(5);
  expect([...wanted].filter((name) => !served.has(name))).toEqual([]);
});

it("one request id leads from the API's log over the task to the transaction, and every line names the job", async () => {
  const jobId = await world.openJob({ ...request, contributors: 1, minContributors: 1 });
  await world.accept(jobId, one);
  await world.deliver(jobId, one);
  await world.untilStatus(jobId, "completed");
  const lines = (await readLogs(world.local.logDir)).filter((line) => line.jobId === jobId.toString());
  const call = (await readLogs(world.local.logDir)).find(({ path }) => path === "/jobs/submit-adapter");
  const relayed = lines.filter(({ requestId }) => requestId === call?.requestId);
  expect(relayed.map(({ name, task, msg }) => [name, task, msg])).toEqual(
    expect.arrayContaining([
      ["worker", "relay-submission", "task done"],
      ["worker", undefined, "sending"],
      ["worker", undefined, "confirmed"],
    ]),
  );
  expect(lines.map(({ task }) => task)).toEqual(
    expect.arrayContaining(["verify-adapter", "aggregate-adapters"]),
  );
  expect(lines.some(({ purpose }) => String(purpose).startsWith("completeJob/"))).toBe(true);
});

interface Stuck {
  subject: string;
  reason: string;
  fix: string;
}

it("a job on which nothing moves is listed with the reason and what to do", async () => {
  const env = operatorEnv(world.local);
  const jobId = await world.openJob(request);
  await world.accept(jobId, one);
  expect((await operate<Stuck[]>(env, "admin", "jobs", "--stuck", "--grace", "60s")).document).toEqual([]);
  await world.withoutWorker(async () => {
    await world.travel(hour + 120);
    const { code, document } = await operate<Stuck[]>(env, "admin", "jobs", "--stuck", "--grace", "60s");
    expect(code).toBe(2);
    expect(document).toEqual([
      expect.objectContaining({
        subject: `job ${jobId}`,
        reason: `the slot of ${one.wallet} is past its deadline and not released`,
        fix: expect.stringContaining("trainchain job release"),
      }),
    ]);
  });
  await world.untilSlot(jobId, one, "released");
  await waitFor("nothing to be stuck", async () => {
    const { document } = await operate<Stuck[]>(env, "admin", "jobs", "--stuck", "--grace", "0");
    return document.length === 0;
  });
  const counts = await operate<{ status: string; count: number }[]>(env, "admin", "jobs");
  expect(counts.document).toContainEqual({ status: "completed", count: 1 });
});

interface Finding {
  check: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

/** A node whose clock is an hour late, and which knows nothing. */
async function startLateNode(): Promise<{ url: string; server: Server }> {
  const server = createServer((_, response) => {
    response.setHeader("date", new Date(Date.now() - 3_600_000).toUTCString());
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

it("the doctor finds a sound platform sound, and every fault with what to do about it", async () => {
  const env = operatorEnv(world.local);
  await waitFor("every process to be seen", async () => (await operate(env, "doctor")).code === 0);
  const sound = await operate<Finding[]>(env, "doctor");
  expect([sound.code, sound.document.filter(({ ok }) => !ok)]).toEqual([0, []]);
  expect(sound.document.map(({ check }) => check)).toEqual([
    "chain",
    "contract",
    "database",
    "api",
    "indexer",
    "worker",
    "storage",
    "aggregator",
    "clock",
    "disk",
    "python",
    "evaluator",
  ]);

  const faultsOf = async (changes: Record<string, string>) => {
    const { code, document } = await operate<Finding[]>({ ...env, ...changes }, "doctor");
    const faults = document.filter(({ ok }) => !ok);
    expect(code).toBe(faults.length > 0 ? 2 : 0);
    for (const { fix } of faults) expect(fix).toMatch(/\w+ \w+/);
    return Object.fromEntries(faults.map(({ check, detail }) => [check, detail]));
  };
  const file = join(scratch, "a-file");
  await writeFile(file, "");
  const { sql, close } = connect(world.local.databaseUrl, { poolSize: 1 });
  await sql`create database unmigrated`;
  await close();
  const wrong = await faultsOf({
    CHAIN_ID: "137",
    ESCROW_ADDRESS: one.wallet,
    AGGREGATOR_ADDRESS: `0x${"12".repeat(20)}`,
    STORAGE_DIR: join(file, "storage"),
    DATA_DIR: join(file, "data"),
    TRAINCHAIN_ENV_DIR: join(scratch, "no-environment"),
    EVALUATOR_SOCKET: join(scratch, "no-evaluator"),
    DATABASE_URL: world.local.databaseUrl.replace(/\/\w+$/, "/unmigrated"),
  });
  expect(wrong).toEqual({
    chain: expect.stringContaining("a node of chain 80002, not 137"),
    contract: expect.any(String),
    aggregator: expect.stringContaining("has 0 POL"),
    storage: expect.any(String),
    disk: expect.any(String),
    python: expect.stringContaining("holds no environment"),
    evaluator: expect.stringContaining("no-evaluator"),
    database: expect.stringMatching(/^0 of \d+ migrations/),
    ...{ api: expect.any(String), indexer: expect.any(String), worker: expect.any(String) },
  });
  expect(await faultsOf({ SEALING_SECRET: "5f".repeat(32) })).toEqual({
    database: expect.stringContaining("another secret"),
  });
  const { url, server } = await startLateNode();
  const silent = await faultsOf({
    RPC_URL: url,
    DATABASE_URL: `postgres://nobody:a-planted-password@127.0.0.1:${await freePort()}/none`,
  });
  server.close();
  expect(Object.keys(silent)).toEqual([
    ...["chain", "contract", "database", "api", "indexer", "worker", "aggregator", "clock"],
  ]);
  expect(silent.clock).toMatch(/3[56]\d\d s from/);
  expect(JSON.stringify(silent)).not.toContain("a-planted-password");
});

it("the doctor tells how long ago a process was seen that stands still, and what to do", async () => {
  const env = operatorEnv(world.local);
  await world.local.worker.stop();
  const { sql, close } = connect(world.local.databaseUrl, { poolSize: 1 });
  await sql`update worker_heartbeats set seen_at = now() - interval '3 minutes'`;
  const frozen = await operate<Finding[]>(env, "doctor");
  expect(frozen.code).toBe(2);
  expect(frozen.document.filter(({ ok }) => !ok)).toMatchObject([
    { check: "worker", detail: "last seen at work 3 min ago", fix: expect.stringContaining("log") },
  ]);
  await world.local.restart("worker");
  await waitFor("the worker to be seen again", async () => (await operate(env, "doctor")).code === 0);
  await close();
});

it("a backup taken in mid-job restores to a platform that carries the job to its payment", async () => {
  const { local } = world;
  const env = operatorEnv(local);
  const backup = join(scratch, "backup");
  const jobId = await world.openJob(request);
  const gains = await world.openLedger({ requester: world.requester, one, two });
  await world.accept(jobId, one);
  await world.accept(jobId, two);
  await world.deliver(jobId, one);
  const undecided = world.openJob(request);
  const done = await operate<{ copied: number }>(env, "admin", "backup", backup);
  expect([done.code, done.document.copied > 0]).toEqual([0, true]);
  expect((await stat(join(backup, "keys.env"))).mode & 0o077).toBe(0);
  await undecided;
  const again = await operate<{ copied: number }>(env, "admin", "backup", backup);
  expect(again.document.copied).toBeLessThan(done.document.copied);

  // The machine is lost: database, content and uploads.
  for (const name of ["api", "indexer", "worker"] as const) await local[name].kill();
  const { sql, close } = connect(local.databaseUrl.replace(/\/\w+$/, "/postgres"), { poolSize: 1 });
  await sql`drop database trainchain with (force)`;
  await sql`create database trainchain`;
  await close();
  for (const folder of ["storage", "uploads"]) await rm(join(local.dataDir, folder), { recursive: true });
  await mkdir(join(local.dataDir, "uploads"));

  const unlike = await operate({ ...env, SEALING_SECRET: "00".repeat(32) }, "admin", "restore", backup);
  expect(unlike.code).toBe(2);
  expect((await operate(env, "admin", "restore", backup)).code).toBe(0);
  expect((await readdir(join(local.dataDir, "storage"))).length).toBeGreaterThan(0);
  const twice = await operate<{ error: { code: string } }>(env, "admin", "restore", backup);
  expect(twice).toMatchObject({ code: 2, document: { error: { code: "conflict" } } });

  for (const name of ["api", "indexer", "worker"] as const) await local.restart(name);
  await world.deliver(jobId, two);
  await world.untilStatus(jobId, "completed");
  expect(await gains()).toMatchObject({ one: shareWei, two: shareWei });
  const { followed, again: followedAgain } = await world.followAgain();
  expect(followedAgain).toEqual(followed);
  await local.restart("indexer");
});

it("no secret is in anything that was written, whatever went wrong", async () => {
  const planted = {
    sealing: "5ea1ed".padEnd(64, "0"),
    key: "c0ffee".padEnd(64, "1"),
    rpc: "planted-key-of-the-node",
    password: "planted-password",
  };
  const dead = await freePort();
  const env = {
    DATABASE_URL: `postgres://nobody:${planted.password}@127.0.0.1:${dead}/none`,
    RPC_URL: `http://127.0.0.1:${dead}/v2/${planted.rpc}`,
    // Another chain than the world's: an indexer of the same would wait in silence until it may lead.
    CHAIN_ID: "80003",
    ESCROW_ADDRESS: world.escrow,
    AGGREGATOR_ADDRESS: one.wallet,
    AGGREGATOR_PRIVATE_KEY: `0x${planted.key}`,
    SEALING_SECRET: planted.sealing,
    START_BLOCK: "0",
    PUBLIC_URL: "http://127.0.0.1",
    DATA_DIR: scratch,
    PORT: String(await freePort()),
  };
  const written: string[] = [];
  // Both neighbours away; the node away alone; and settings that cannot be read.
  const troubles = [
    env,
    { ...env, DATABASE_URL: world.local.databaseUrl },
    { ...env, RPC_URL: `${planted.rpc}-is-no-address`, SEALING_SECRET: `${planted.sealing}-and-more` },
  ];
  for (const [index, trouble] of troubles.entries())
    for (const name of ["api", "indexer", "worker"] as const) {
      const logFile = join(scratch, `${name}-${index}.log`);
      const script = join(root, "apps", name, "src", "main.ts");
      const child = await startProcess({ name, script, env: trouble, logFile });
      const said = waitFor(`${name} to write something`, async () => (await child.lastLines()) !== "");
      await Promise.race([child.exited, said]);
      await child.kill();
      written.push(await readFile(logFile, "utf8"));
    }
  for (const command of [["doctor"], ["admin", "jobs", "--stuck"]])
    written.push((await operate({ ...operatorEnv(world.local), ...env }, ...command)).output);
  const logs = await readdir(world.local.logDir);
  written.push(...(await Promise.all(logs.map((file) => readFile(join(world.local.logDir, file), "utf8")))));

  const password = new URL(world.local.databaseUrl).password;
  const real = [password, world.local.sealingSecret, testPrivateKey(roles.aggregator).slice(2)];
  const never = [...Object.values(planted), ...real, "AGE-SECRET-KEY-", "Bearer ", "Double 17."];
  const text = written.join("\n");
  expect(text.length).toBeGreaterThan(10_000);
  expect(never.filter((secret) => text.includes(secret))).toEqual([]);
});
