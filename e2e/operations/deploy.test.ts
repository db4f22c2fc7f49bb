import { execFileSync, spawnSync } from "node:child_process";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, type DatabaseProcess, processNames, roleOf } from "@trainchain/db";
import { modulesOfLlamaLike } from "@trainchain/lora";
import {
  type EscrowChain,
  freePort,
  type Postgres,
  roles,
  startEscrowChain,
  startPostgres,
  testPrivateKey,
  waitFor,
  writeModelsFile,
} from "@trainchain/testing";
import { parseEther } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pythonEnvDir } from "../../scripts/env.ts";
import { startAgent, toyModel } from "../agent-process.ts";
import { createJobMoves } from "../job-moves/job-moves.ts";
import { placeReachablePython } from "./reachable-python.ts";
import {
  listUnits,
  numberOf,
  type RunningUnit,
  runsAsRoot,
  settingOf,
  settingsOf,
  startUnit,
  succeeds,
} from "./units.ts";

const deploy = fileURLToPath(new URL("../../deploy", import.meta.url));
const scripts = ["install.sh", "upgrade.sh", "place-release.sh", "trainchain"].map((name) =>
  join(deploy, name),
);
const secrets = { SEALING_SECRET: "5e".repeat(32), AGGREGATOR_PRIVATE_KEY: testPrivateKey(roles.aggregator) };

let postgres: Postgres;
let chain: EscrowChain;
let dir: string;
const running = new Map<string, RunningUnit>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-deploy-"));
  await chmod(dir, 0o755);
  [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
});
afterAll(async () => {
  await Promise.all([...running.values()].map((unit) => end(unit, "SIGTERM")));
  await Promise.all([postgres?.stop(), chain?.stop()]);
  await rm(dir, { recursive: true, force: true });
});

function isHere(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

it("the scripts are sound bash", () => {
  for (const script of scripts) execFileSync("bash", ["-n", script]);
  if (isHere("shellcheck")) execFileSync("shellcheck", ["-x", "-P", join(deploy, ".."), ...scripts]);
});

it("systemd takes every unit, and each is shut in: own user, bounded memory, a system that it cannot write", async () => {
  const units = await listUnits(dir);
  const folder = join(dir, "units");
  await mkdir(folder);
  for (const { name, text } of units) await writeFile(join(folder, name), text);
  if (isHere("systemd-analyze")) {
    const files = units.map(({ name }) => join(folder, name));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...files], {
      encoding: "utf8",
    });
    expect(stderr.split("\n").filter((line) => line.includes("trainchain-"))).toEqual([]);
    expect(status).toBe(0);
  }
  expect(new Set(units.map((unit) => settingOf(unit, "User"))).size).toBe(units.length);
  for (const unit of units) {
    expect(settingOf(unit, "ProtectSystem")).toBe("strict");
    expect(settingOf(unit, "MemoryMax")).toMatch(/^\d+G$/);
    expect(settingOf(unit, "Restart")).toBe("always");
    expect(settingOf(unit, "CapabilityBoundingSet")).toBe("");
    // The key that signs is the worker's alone; what strangers sent is opened where no settings but its own are.
    const files = settingsOf(unit, "EnvironmentFile").map((file) => file.split("/").at(-1));
    expect(files.includes("worker.env")).toBe(unit.name === "trainchain-worker.service");
    const process = unit.name.replace(/trainchain-(.*)\.service/, "$1");
    // The database opens to each under its own role, and the owner's is nobody's but the operator's.
    const database = files.filter((file) => file?.startsWith("database"));
    expect(database).toEqual(process === "evaluator" ? [] : [`database-${process}.env`]);
    if (process !== "evaluator") continue;
    expect(files).toEqual(["evaluator.env"]);
    expect(settingsOf(unit, "ReadWritePaths")).toEqual([]);
    expect(settingOf(unit, "Group")).not.toBe("trainchain");
  }
});

/** Runs functions of place-release.sh on a system below `at`, where nobody has been made a user; returns what it prints. */
function place(functions: string, at: string, env: Record<string, string> = {}): string {
  const folders = { PREFIX: "prefix", SETTINGS: "settings", DATA: "data", UNITS: "units", RUN: "run" };
  const places = Object.entries(folders).map(([name, folder]) => [`TRAINCHAIN_${name}`, join(at, folder)]);
  const script = ["--norc", "-c", `source "$0" && ${functions}`, join(deploy, "place-release.sh")];
  return execFileSync("bash", script, {
    env: { PATH: process.env.PATH, ...Object.fromEntries(places), ...env },
    encoding: "utf8",
  });
}

it("an evaluator is set up where it is asked for or nothing is said, and where a worker ran Python before", async () => {
  const system = async (name: string, settings?: string) => {
    const at = join(dir, name);
    await mkdir(join(at, "settings"), { recursive: true });
    if (settings !== undefined) await writeFile(join(at, "settings", "platform.env"), settings);
    await mkdir(join(at, "prefix"));
    await symlink(join(deploy, ".."), join(at, "prefix", "current"));
    return at;
  };
  const processes = (at: string, env?: Record<string, string>) =>
    place("settle_evaluator && list_processes", at, env).trim().split("\n");
  const three = ["worker", "indexer", "api"];
  const four = ["evaluator", ...three];
  expect(processes(await system("new"))).toEqual(four);
  const without = await system("without");
  expect(processes(without, { EVALUATOR: "no" })).toEqual(three);
  await writeFile(join(without, "settings", "platform.env"), "PORT=4000\n");
  expect(processes(without)).toEqual(three);
  expect(processes(without, { EVALUATOR: "yes" })).toEqual(four);

  const old = await system("old", `TRAINCHAIN_ENV_DIR=${join(dir, "old/data/python/env")}\n`);
  await mkdir(join(old, "data/python/env"), { recursive: true });
  await writeFile(join(old, "data/python/env/stamp"), "proved");
  expect(processes(old)).toEqual(four);
  expect(await readFile(join(old, "settings/evaluator.env"), "utf8")).toContain(
    `TRAINCHAIN_ENV_DIR=${join(old, "prefix/python/env")}\n`,
  );
  // The release before finds it where it was.
  for (const found of ["prefix/python/env/stamp", "data/python/env/stamp"])
    expect(await readFile(join(old, found), "utf8")).toBe("proved");
});

it("every process gets a database role, once, and the owner's URL leaves the settings that all of them read", async () => {
  const at = join(dir, "roles");
  const settings = join(at, "settings");
  await mkdir(settings, { recursive: true });
  const owner = `DATABASE_URL=${await postgres.createDatabase("trainchain")}\n`;
  await writeFile(join(settings, "platform.env"), `${owner}CHAIN_ID=80002\n`);
  const settle = `as_postgres() { "$NODE" "$PSQL"; } && settle_roles && hide_owner`;
  const env = {
    NODE: process.execPath,
    PSQL: fileURLToPath(new URL("./psql.ts", import.meta.url)),
    DATABASE_URL: postgres.url("postgres"),
  };
  place(settle, at, env);
  const read = (name: string) => readFile(join(settings, name), "utf8");
  expect([await read("platform.env"), await read("database.env")]).toEqual(["CHAIN_ID=80002\n", owner]);
  const written = await Promise.all(processNames.map((name) => read(`database-${name}.env`)));
  place(settle, at, env);
  expect(await Promise.all(processNames.map((name) => read(`database-${name}.env`)))).toEqual(written);
  for (const [index, name] of processNames.entries()) {
    expect((await stat(join(settings, `database-${name}.env`))).mode & 0o077).toBe(0);
    const { sql, close } = connect(written[index]?.trim().replace("DATABASE_URL=", "") ?? "", {
      poolSize: 1,
    });
    expect(await sql`select current_user as role`).toEqual([{ role: roleOf(name) }]);
    await close();
  }
});

/** Python where the settings say that it is; for other users than root a copy, where they can reach it. */
async function placePython(at: string, settings: string): Promise<void> {
  if (runsAsRoot) {
    const libraries = await placeReachablePython(at);
    await writeFile(settings, `LD_LIBRARY_PATH=${libraries}\n`, { flag: "a" });
    return;
  }
  await mkdir(at, { recursive: true });
  await symlink(pythonEnvDir, join(at, "env"));
}

/** Folders and settings as install.sh lays them down. */
async function layDown(): Promise<void> {
  const [settings, data, handover] = [join(dir, "settings"), join(dir, "data"), join(dir, "data-handover")];
  const [home, socketDir] = [join(dir, "data-evaluator"), join(dir, "run/trainchain-evaluator")];
  const own = async (folder: string, mode: number, user: string, group: string) => {
    await mkdir(folder, { recursive: true });
    const owner = user === "root" ? 0 : numberOf(user);
    if (runsAsRoot) await chown(folder, owner, numberOf(group));
    await chmod(folder, mode);
  };
  await mkdir(settings, { mode: 0o700 });
  for (const folder of [data, join(data, "uploads"), join(data, "storage")])
    await own(folder, runsAsRoot ? 0o2770 : 0o700, "root", "trainchain");
  await own(handover, 0o710, "trainchain-worker", "trainchain-evaluator");
  await own(socketDir, 0o750, "trainchain-evaluator", "trainchain-evaluator");
  await own(home, 0o700, "trainchain-evaluator", "trainchain-evaluator");

  const port = await freePort();
  const { SEALING_SECRET, AGGREGATOR_PRIVATE_KEY } = secrets;
  await postgres.createRoles();
  await postgres.createDatabase("deployed");
  const databaseOf = (process: DatabaseProcess) => ({ DATABASE_URL: postgres.url("deployed", process) });
  const files: Record<string, Record<string, string>> = {
    ...Object.fromEntries(processNames.map((name) => [`database-${name}.env`, databaseOf(name)])),
    "platform.env": {
      ...chain.settings,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATA_DIR: data,
      PORT: String(port),
      MODELS_FILE: await writeModelsFile(dir, [toyModel]),
      POLL_INTERVAL_MS: "100",
      DEADLINE_CHECK_MS: "300",
    },
    "secrets.env": { SEALING_SECRET },
    "worker.env": { AGGREGATOR_PRIVATE_KEY },
  };
  for (const [name, values] of Object.entries(files)) {
    const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(join(settings, name), lines.join(""), { mode: 0o600 });
  }
  place("settle_evaluator", dir, { EVALUATOR: "yes" });
  await placePython(join(dir, "prefix/python"), join(settings, "evaluator.env"));
}

/** Starts a unit's command as systemd does, and waits until it says that it is ready. */
async function start(name: string): Promise<RunningUnit> {
  const unit = (await listUnits(dir)).find((known) => known.name === name)!;
  const home = name === "trainchain-evaluator.service" ? "data-evaluator" : "data";
  const started = await startUnit(unit, await freePort(), join(dir, home));
  running.set(name, started);
  await waitFor(`${name} to be ready`, async () => {
    if (started.child.exitCode !== null) throw new Error(`it ended: ${started.said()}`);
    return (await fetch(`${started.monitor}/readyz`)).ok;
  });
  return started;
}

async function end({ child }: RunningUnit, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  await ended;
}

it("each unit's command, run by its own user, becomes ready", async () => {
  await layDown();
  for (const { name } of await listUnits(dir)) await start(name);
  expect(running.size).toBe(4);
});

/** Every process that it has started, and that these have. */
async function descendantsOf(pid: number | string): Promise<string[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean);
  return [...children, ...(await Promise.all(children.map(descendantsOf))).flat()];
}

async function isEvaluating({ monitor }: RunningUnit): Promise<boolean> {
  const figures = await (await fetch(`${monitor}/metrics`)).text();
  return figures.includes('trainchain_evaluator_runs{state="running"} 1');
}

it("a job runs to its end, measured by an evaluator that can read nothing else and is killed in mid-evaluation", async () => {
  const [settings, data] = [join(dir, "settings"), join(dir, "data")];
  const [api, worker, evaluator] = ["api", "worker", "evaluator"].map(
    (name) => running.get(`trainchain-${name}.service`)!,
  ) as [RunningUnit, RunningUnit, RunningUnit];
  const apiUrl = /^PUBLIC_URL=(.*)$/m.exec(await readFile(join(settings, "platform.env"), "utf8"))?.[1] ?? "";
  const modules = modulesOfLlamaLike(JSON.parse(await readFile(join(toyModel, "config.json"), "utf8")));
  const moves = await createJobMoves(
    { apiUrl, rpcUrl: chain.rpcUrl, escrow: chain.escrow },
    { path: toyModel, modules },
  );
  const contributor = await moves.person(roles.firstContributor);
  // The least that a platform pays for a slot unless it is told otherwise.
  const slots = { contributors: 1, minContributors: 1, rewardWei: parseEther("0.01") };
  const jobId = await moves.openJob({ ...slots, learningRate: 0.006 });
  // Measured work must be trained: an evaluator refuses what helps nothing.
  const flags = ["--jobs", `${jobId}`, "--device", "cpu", "--cores", "1"];
  const agent = await startAgent({ apiUrl, dataDir: dir, logDir: dir }, roles.firstContributor, flags);
  await moves.untilSlot(jobId, contributor, "submitted");
  await waitFor("the evaluator to be at work", () => isEvaluating(evaluator));
  for (const script of await descendantsOf(evaluator.pid)) {
    const environment = await readFile(`/proc/${script}/environ`, "utf8");
    for (const secret of Object.values(secrets)) expect(environment).not.toContain(secret);
    expect(environment).not.toContain("postgres://");
  }
  const [work] = await readdir(join(dir, "data-handover"));
  const holdout = join(dir, "data-handover", work!, "holdout.jsonl");
  expect(succeeds(evaluator.unit, "cat", holdout)).toBe(true);
  if (runsAsRoot) {
    const theirs = ["platform", "secrets", "worker", "database-worker"].map((name) =>
      join(settings, `${name}.env`),
    );
    for (const path of [...theirs, `/proc/${worker.pid}/environ`, `/proc/${api.pid}/environ`])
      expect([path, succeeds(evaluator.unit, "cat", path)]).toEqual([path, false]);
    for (const folder of [data, join(data, "storage"), join(data, "uploads"), join(dir, "data-handover")])
      expect([folder, succeeds(evaluator.unit, "ls", folder)]).toEqual([folder, false]);
    expect(succeeds(evaluator.unit, "test", "-w", holdout)).toBe(false);
    expect(succeeds(api.unit, "cat", holdout)).toBe(false);
    expect(succeeds(worker.unit, "cat", `/proc/${worker.pid}/environ`)).toBe(true);
  }

  await end(evaluator, "SIGKILL");
  const again = await start("trainchain-evaluator.service");
  await moves.untilStatus(jobId, "completed");
  expect(await agent.exited, await agent.lastLines()).toBe(0);
  expect(worker.said()).toContain("environment-broken");
  const { result } = await contributor.api.getReceipt(jobId);
  expect(result.evaluation?.base.loss).toBeGreaterThan(1);
  expect(result.evaluation?.merged.loss).toBeGreaterThan(1);
  expect(result.contributors[0]?.evaluation?.loss).toBeGreaterThan(1);
  expect(await readdir(join(dir, "data-handover"))).toEqual([]);
  const lines = again
    .said()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ name: "evaluator", msg: "run done", jobId: jobId.toString() }),
  );
});
