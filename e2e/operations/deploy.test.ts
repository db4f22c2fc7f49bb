import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type EscrowChain,
  freePort,
  type Postgres,
  roles,
  startEscrowChain,
  startPostgres,
  testPrivateKey,
  waitFor,
} from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const deploy = join(root, "deploy");
const scripts = ["install.sh", "upgrade.sh", "place-release.sh", "trainchain"].map((name) =>
  join(deploy, name),
);
const runsAsRoot = process.getuid?.() === 0;

let postgres: Postgres;
let chain: EscrowChain;
let dir: string;
const children: ReturnType<typeof spawn>[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-deploy-"));
  await chmod(dir, 0o755);
  [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
});
afterAll(async () => {
  await Promise.all(
    children.map((child) => {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGTERM");
      return ended;
    }),
  );
  await Promise.all([postgres?.stop(), chain?.stop()]);
  await rm(dir, { recursive: true, force: true });
});

function isHere(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

interface Unit {
  name: string;
  text: string;
}

/** The units with this checkout in the place of the installed release. */
async function listUnits(): Promise<Unit[]> {
  const names = await readdir(join(deploy, "systemd"));
  return Promise.all(
    names.map(async (name) => ({
      name,
      text: (await readFile(join(deploy, "systemd", name), "utf8"))
        .replaceAll("/opt/trainchain/bin/node", process.execPath)
        .replaceAll("/opt/trainchain/current", root),
    })),
  );
}

function settingOf({ text, name }: Unit, key: string): string {
  const value = new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`${name} has no ${key}`);
  return value;
}

it("the scripts are sound bash", () => {
  for (const script of scripts) execFileSync("bash", ["-n", script]);
  if (isHere("shellcheck")) execFileSync("shellcheck", ["-x", "-P", root, ...scripts]);
});

it("systemd takes every unit, and each is shut in: own user, bounded memory, a system that it cannot write", async () => {
  const units = await listUnits();
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
    // The key that signs is the worker's alone.
    expect(unit.text.includes("worker.env")).toBe(unit.name === "trainchain-worker.service");
  }
});

it("each unit's command, run by an unprivileged user, becomes ready", async () => {
  const databaseUrl = await postgres.createDatabase("deployed");
  const data = join(dir, "data");
  await mkdir(data);
  await chmod(data, 0o777);
  const settings = {
    DATABASE_URL: databaseUrl,
    RPC_URL: chain.rpcUrl,
    CHAIN_ID: "80002",
    ESCROW_ADDRESS: chain.escrow,
    START_BLOCK: chain.startBlock.toString(),
    AGGREGATOR_ADDRESS: chain.wallet(roles.aggregator),
    AGGREGATOR_PRIVATE_KEY: testPrivateKey(roles.aggregator),
    SEALING_SECRET: "5e".repeat(32),
    PUBLIC_URL: "https://train.example.org",
    DATA_DIR: data,
    PORT: String(await freePort()),
  };
  for (const unit of await listUnits()) {
    const port = await freePort();
    const [program = "", ...args] = settingOf(unit, "ExecStart").split(" ");
    const child = spawn(program, args, {
      cwd: settingOf(unit, "WorkingDirectory"),
      env: { PATH: process.env.PATH, ...settings, MONITOR_PORT: String(port) },
      stdio: ["ignore", "ignore", "pipe"],
      // "nobody" of Debian; without root's rights everybody is unprivileged already.
      ...(runsAsRoot ? { uid: 65_534, gid: 65_534 } : {}),
    });
    children.push(child);
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await waitFor(`${unit.name} to be ready`, async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`);
      return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
    });
  }
});
