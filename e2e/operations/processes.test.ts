import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, findPlatform, findSealingSecret } from "@trainchain/db";
import {
  type EscrowChain,
  freePort,
  linkSystemPython,
  type Postgres,
  type RunningProcess,
  roles,
  startEscrowChain,
  startPostgres,
  startProcess,
  testPrivateKey,
  waitFor,
} from "@trainchain/testing";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { startDeafProxy } from "./deaf-proxy.ts";

const apps = fileURLToPath(new URL("../../apps", import.meta.url));
const all = ["api", "indexer", "worker", "evaluator"] as const;
const ofTheChain = ["api", "indexer", "worker"] as const;
type Name = (typeof all)[number];

let dir: string;
let pythonDir: string;
let postgres: Postgres;
let chain: EscrowChain;
let databaseUrl: string;

beforeAll(async () => {
  [postgres, chain, pythonDir] = await Promise.all([startPostgres(), startEscrowChain(), linkSystemPython()]);
  dir = await mkdtemp(join(tmpdir(), "trainchain-processes-"));
  databaseUrl = await postgres.createDatabase();
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()]);
  for (const folder of [dir, pythonDir]) if (folder) await rm(folder, { recursive: true, force: true });
});

async function start({ onTestFinished }: TestContext, name: Name, changes: Record<string, string> = {}) {
  const [port, monitorPort] = [await freePort(), await freePort()];
  // Folders of its own: worker and evaluator clear theirs of what an earlier one left when they start.
  const own = await mkdtemp(join(dir, `${name}-`));
  const folderFor = (purpose: string) => join(own, purpose);
  const child = await startProcess({
    name,
    script: join(apps, name, "src", "main.ts"),
    env: {
      DATABASE_URL: databaseUrl,
      ...chain.settings,
      AGGREGATOR_PRIVATE_KEY: testPrivateKey(roles.aggregator),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      PORT: String(port),
      MONITOR_PORT: String(monitorPort),
      DATA_DIR: folderFor("data"),
      SEALING_SECRET: "5e".repeat(32),
      EVALUATOR_SOCKET: folderFor("socket"),
      EVALUATOR_DIR: folderFor("jobs"),
      TRAINCHAIN_ENV_DIR: pythonDir,
      LOG_LEVEL: "trace",
      ...changes,
    },
    logFile: folderFor("log"),
  });
  onTestFinished(() => child.kill());
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${monitorPort}${path}`)).status;
  return {
    child,
    until: (path: string, wanted: number) =>
      waitFor(`${path} of ${name} to be ${wanted}`, async () => (await status(path)) === wanted),
  };
}

/** The last words of a process that could not go on. */
async function fatalLines(child: RunningProcess): Promise<Record<string, string>[]> {
  const lines = (await child.lastLines(1_000)).split("\n");
  return lines.filter((line) => line.startsWith('{"level":"fatal"')).map((line) => JSON.parse(line));
}

describe.concurrent.for(all)("%s", (name) => {
  it.for(["throw new Error", "Promise.reject"])(
    "ends with one line when nobody catches a %s",
    async (how, test) => {
      const fault = `process.on("SIGUSR2", () => { ${how}("nobody caught this") })`;
      const { child, until } = await start(test, name, {
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
      });
      await until("/healthz", 200);
      process.kill(child.pid, "SIGUSR2");
      expect(await child.exited).toBe(1);
      expect(await fatalLines(child)).toMatchObject([{ message: "nobody caught this" }]);
    },
  );

  it("ends when it is asked to, though database and node take every word and answer none", async (test) => {
    const [database, node] = await Promise.all([
      behindProxy(test, databaseUrl),
      behindProxy(test, chain.rpcUrl),
    ]);
    const { child, until } = await start(test, name, { DATABASE_URL: database.url, RPC_URL: node.url });
    await until("/readyz", 200);
    for (const { proxy } of [database, node]) proxy.goDeaf();
    if (name !== "evaluator") await until("/readyz", 503);
    await child.stop();
    expect(await child.exited).toBe(0);
  });

  it("names a setting that is missing in one line, and ends", async (test) => {
    const { child } = await start(test, name, { DATABASE_URL: "", EVALUATOR_SOCKET: "", EVALUATOR_DIR: "" });
    expect(await child.exited).toBe(1);
    expect(await fatalLines(child)).toMatchObject([{ code: "configuration-invalid" }]);
  });
});

it.concurrent.for(ofTheChain)(
  "%s ends with one line where its node is of another chain",
  async (name, test) => {
    const { child } = await start(test, name, {
      CHAIN_ID: "137",
      DATABASE_URL: await postgres.createDatabase(),
    });
    expect(await child.exited).toBe(1);
    expect(await fatalLines(child)).toMatchObject([
      { code: "wrong-network", message: "the node is on chain 80002, not 137" },
    ]);
  },
);

it.concurrent.for(["api", "worker"] as const)(
  "%s ends with one line where its database's content was sealed with another secret, and goes on with that one",
  async (name, test) => {
    const own = { DATABASE_URL: await postgres.createDatabase() };
    const first = await start(test, "worker", own);
    await waitFor("the secret to be recorded", () => isRecorded(own.DATABASE_URL));
    const other = await start(test, name, { ...own, SEALING_SECRET: "5f".repeat(32) });
    expect(await other.child.exited).toBe(1);
    const [line, ...further] = await fatalLines(other.child);
    expect(further).toEqual([]);
    expect(line).toMatchObject({ code: "configuration-invalid" });
    expect(line?.message).toContain("none of them could be opened");
    expect(line?.fix).toContain("Set SEALING_SECRET back");
    expect(await other.child.lastLines(1_000)).not.toContain("5f5f");
    await first.child.stop();
    const again = await start(test, name, own);
    await again.until("/readyz", 200);
    await again.child.stop();
    expect(await again.child.exited).toBe(0);
  },
);

it.concurrent.for(ofTheChain)(
  "%s ends with one line where it is set to another escrow than the worker that leaves an open job there",
  async (name, test) => {
    const own = { DATABASE_URL: await postgres.createDatabase() };
    const first = await start(test, "worker", own);
    const { sql, db, close } = connect(own.DATABASE_URL, { poolSize: 1 });
    test.onTestFinished(close);
    await waitFor("the platform to be recorded", async () => (await findPlatform(db)) !== undefined);
    await sql`
      insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors,
        training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
        slots_submitted, created_at)
      values (${chain.escrow}, 1, 'llm-finetune', 'requester', 'spec', 1, 1, 60, 60, 0, 100, 0, ${chain.wallet(roles.aggregator)},
        'open', 0, 0, now())`;
    await sql`
      insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors, dataset_format,
        rows, holdout_rows, holdout_cid, shard_assignments)
      values ('draft', 'spec', '{}', 'toy', 'local', 1, 'jsonl', 10, 1, 'holdout', '[]')`;
    await first.child.stop();
    const escrow = `0x${"f".repeat(40)}`;
    const moved = { ...own, ESCROW_ADDRESS: escrow };
    const { child } = await start(test, name, moved);
    expect(await child.exited).toBe(1);
    const lines = await fatalLines(child);
    expect(lines).toMatchObject([
      { code: "configuration-invalid", fix: expect.stringContaining("Another escrow") },
    ]);
    expect(lines[0]?.message).toContain(`set here: chain 80002, escrow ${escrow}`);
    expect(lines[0]?.message).toContain(chain.escrow);
    await sql`update jobs set status = 'settled'`;
    const worker = await start(test, "worker", moved);
    await waitFor("the move to be recorded", async () => (await findPlatform(db))?.escrow === escrow);
    await worker.child.stop();
  },
);

it.concurrent.for(["api", "worker"] as const)(
  "%s ends with one line where models of open jobs are gone",
  async (name, test) => {
    const own = { DATABASE_URL: await postgres.createDatabase() };
    const { sql, close } = connect(own.DATABASE_URL, { poolSize: 1 });
    await sql`
    insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors,
      training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
      slots_submitted, created_at)
    values (${chain.escrow}, 7, 'llm-finetune', 'requester', 'spec', 1, 1, 60, 60, 0, 100, 0, ${chain.wallet(roles.aggregator)},
      'open', 0, 0, now())`;
    await sql`
    insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors, dataset_format,
      rows, holdout_rows, holdout_cid, shard_assignments, lora_rank)
    values ('draft', 'spec', '{}', 'ours', 'local', 1, 'jsonl', 10, 1, 'holdout', '[]', 8)`;
    await close();
    const { child } = await start(test, name, own);
    expect(await child.exited).toBe(1);
    expect(await fatalLines(child)).toMatchObject([
      { message: expect.stringMatching(/catalogue lacks.*: ours \(job 7\)$/) },
    ]);
    const dropped = await start(test, name, { ...own, EXTRA_MODELS: "/srv/models/ours" });
    expect(await dropped.child.exited).toBe(1);
    expect(await fatalLines(dropped.child)).toMatchObject([
      { message: expect.stringContaining("moved to a file named by MODELS_FILE") },
    ]);
  },
);

async function isRecorded(url: string): Promise<boolean> {
  const { db, close } = connect(url, { poolSize: 1 });
  return Boolean(await findSealingSecret(db).finally(close));
}

it("the worker and the indexer begin when their database does, and are ready only then", async (test) => {
  const port = await freePort();
  const late = { DATABASE_URL: `postgres://postgres:trainchain@127.0.0.1:${port}/late` };
  const started = await Promise.all((["worker", "indexer"] as const).map((name) => start(test, name, late)));
  for (const { until } of started) {
    await until("/healthz", 200);
    await until("/readyz", 503);
  }
  const server = await startPostgres({ port });
  test.onTestFinished(() => server.stop());
  await server.createDatabase("late");
  for (const { until } of started) await until("/readyz", 200);
});

async function behindProxy({ onTestFinished }: TestContext, address: string) {
  const url = new URL(address);
  const proxy = await startDeafProxy(Number(url.port));
  onTestFinished(() => proxy.stop());
  url.port = String(proxy.port);
  return { url: url.href, proxy };
}
