import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deployEscrow, getChain, type SigningDomain } from "@trainchain/chain";
import { startAnvil } from "@trainchain/chain/testing";
import type { EscrowVersion } from "@trainchain/protocol";
import { createPublicClient, createWalletClient, http } from "viem";
import { type RunningProcess, startProcess } from "./child-process.ts";
import { escrowVersionToDeploy } from "./env.ts";
import { failOver } from "./fail-over.ts";
import { freePort } from "./free-port.ts";
import { writeModelsFile } from "./models-file.ts";
import { startPostgres } from "./postgres.ts";
import { waitFor } from "./wait-for.ts";
import { roles, testPrivateKey, testWallet } from "./wallets.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Polygon Amoy's chain id: the local chain looks like it to every wallet and every check. */
export const localChainId = 80_002;

export interface LocalWorld {
  apiUrl: string;
  rpcUrl: string;
  escrow: `0x${string}`;
  /** Where the submissions of its contributors count. */
  domain: SigningDomain;
  /** As its owner, who may do everything; the processes have roles of their own. */
  databaseUrl: string;
  dataDir: string;
  sealingSecret: string;
  logDir: string;
  api: RunningProcess;
  indexer: RunningProcess;
  worker: RunningProcess;
  /** Starts a stopped or killed process again with the settings it had, but for those given. */
  restart(name: ProcessName, changes?: Record<string, string>): Promise<void>;
  /** Stops the database, does something meanwhile, and starts it again where it was. */
  withoutDatabase(work: () => Promise<void>): Promise<void>;
  /** Lets a standby take the database's place, which crashes; processes find it by `databaseProxy` alone. */
  failOver(): Promise<void>;
  /** As `withoutDatabase` for the chain's node. */
  withoutChain(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export type ProcessName = "api" | "indexer" | "worker";

export interface LocalWorldOptions {
  /** Everything the world writes lies here; started again with the same folder it goes on where it was. */
  dataDir: string;
  /** Folders of base models beside the shipped ones. */
  models?: string[];
  /** The Python environment of the evaluator; without it, results are merged but not evaluated. */
  pythonEnvDir?: string;
  /** Platform fee in basis points, fixed when the escrow is deployed. */
  feeBps?: number;
  /** Of the escrow, where a new world deploys one; the setting of the same name where not said. */
  escrowVersion?: EscrowVersion;
  /** Environment variables for single processes, such as a test's shorter periods. */
  env?: Partial<Record<ProcessName, Record<string, string>>>;
  /** Where the processes reach the chain's node, if not at its own address. */
  nodeUrl?: (rpcUrl: string) => Promise<string>;
  /** Stands before the database: leads from a port of its own, which it tells, to the one that it is given. */
  databaseProxy?: (port: number) => Promise<number>;
  onStep?: (text: string) => void;
}

/** What must survive a restart. */
interface Settings {
  apiPort: number;
  rpcPort: number;
  databasePort: number;
  databasePassword: string;
  sealingSecret: string;
  escrow?: `0x${string}`;
  startBlock?: string;
  /** Of the escrow; worlds from before there were two have the first. */
  escrowVersion?: EscrowVersion;
}

/** A whole TrainChain on this machine: PostgreSQL, chain with the escrow, storage, API, indexer and worker. */
export async function startLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const { dataDir, onStep = () => undefined } = options;
  await mkdir(dataDir, { recursive: true });
  // A temporary folder is closed to others; the database's user only has to pass through it.
  if (process.getuid?.() === 0) await chmod(dataDir, 0o711);
  const settings = await loadSettings(dataDir);

  onStep("starting PostgreSQL");
  let databaseAt = {
    dataDir: join(dataDir, "postgres", "data"),
    port: settings.databasePort,
    password: settings.databasePassword,
  };
  let postgres = await startPostgres(databaseAt);
  await postgres.ensureDatabase("trainchain");
  const databasePort = (await options.databaseProxy?.(databaseAt.port)) ?? databaseAt.port;
  const databaseUrl = (process?: ProcessName) =>
    postgres.url("trainchain", process).replace(/:\d+\//, `:${databasePort}/`);

  onStep("starting the chain");
  const startChain = () =>
    startAnvil({
      chainId: localChainId,
      port: settings.rpcPort,
      statePath: join(dataDir, "chain.json"),
    });
  let chain = await startChain();
  const deployed = await ensureEscrow(settings, chain.rpcUrl, options);
  const { escrow, startBlock } = deployed;
  await saveSettings(dataDir, { ...settings, ...deployed });

  const apiUrl = `http://127.0.0.1:${settings.apiPort}`;
  const logDir = join(dataDir, "logs");
  const shared = {
    RPC_URL: (await options.nodeUrl?.(chain.rpcUrl)) ?? chain.rpcUrl,
    CHAIN_ID: String(localChainId),
    ESCROW_ADDRESS: escrow,
    START_BLOCK: startBlock,
    AGGREGATOR_ADDRESS: testWallet(roles.aggregator).address,
    DATA_DIR: dataDir,
    STORAGE_DIR: join(dataDir, "storage"),
    SEALING_SECRET: settings.sealingSecret,
    // Who tries it out has no coin yet.
    RELAY_ACCEPTANCES: "true",
    MODELS_FILE: await writeModelsFile(dataDir, options.models ?? []),
    LOG_LEVEL: "info",
  };
  const settingsOf = (name: ProcessName) => ({ ...shared, DATABASE_URL: databaseUrl(name) });
  const environments: Record<ProcessName, Record<string, string>> = {
    api: {
      ...settingsOf("api"),
      PORT: String(settings.apiPort),
      HOST: "127.0.0.1",
      PUBLIC_URL: apiUrl,
      // Gas costs nobody anything here.
      LEAST_SHARE_POL: "0",
      // The same machine by its other name, which people type too.
      WEB_ORIGINS: `http://localhost:${settings.apiPort}`,
      WEB_DIR: join(root, "apps", "web", "dist"),
      ...(options.pythonEnvDir ? { TRAINCHAIN_ENV_DIR: options.pythonEnvDir } : {}),
      ...options.env?.api,
    },
    indexer: { ...settingsOf("indexer"), ...options.env?.indexer },
    worker: {
      ...settingsOf("worker"),
      AGGREGATOR_PRIVATE_KEY: testPrivateKey(roles.aggregator),
      PUBLIC_URL: apiUrl,
      ...(options.pythonEnvDir ? { TRAINCHAIN_ENV_DIR: options.pythonEnvDir } : {}),
      ...options.env?.worker,
    },
  };
  const start = (name: ProcessName, changes: Record<string, string> = {}) =>
    startProcess({
      name,
      script: join(root, "apps", name, "src", "main.ts"),
      env: { ...environments[name], ...changes },
      logFile: join(logDir, `${name}.log`),
    });

  onStep("starting API, indexer and worker");
  const [api, indexer, worker] = await Promise.all([start("api"), start("indexer"), start("worker")]);
  const running = { api, indexer, worker };
  const stop = async () => {
    await Promise.all(Object.values(running).map((process) => process.stop()));
    await chain.stop();
    await postgres.stop();
  };
  await untilReady(apiUrl, running.api).catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  return {
    apiUrl,
    rpcUrl: chain.rpcUrl,
    escrow,
    domain: { chainId: localChainId, escrow, version: deployed.escrowVersion },
    databaseUrl: databaseUrl(),
    dataDir,
    sealingSecret: settings.sealingSecret,
    logDir,
    get api() {
      return running.api;
    },
    get indexer() {
      return running.indexer;
    },
    get worker() {
      return running.worker;
    },
    async restart(name, changes) {
      running[name] = await start(name, changes);
      if (name === "api") await untilReady(apiUrl, running.api);
    },
    async withoutDatabase(work) {
      await postgres.stop();
      await work().finally(async () => {
        postgres = await startPostgres(databaseAt);
      });
    },
    async failOver() {
      const port = await freePort();
      const standbyAt = { ...databaseAt, dataDir: join(dataDir, "postgres", `promoted-${port}`), port };
      postgres = await failOver(postgres, databaseAt, standbyAt);
      databaseAt = standbyAt;
      await options.databaseProxy?.(port);
    },
    async withoutChain(work) {
      await chain.stop();
      await work().finally(async () => {
        chain = await startChain();
      });
    },
    stop,
  };
}

async function untilReady(apiUrl: string, api: RunningProcess): Promise<void> {
  const ended = api.exited.then(async (code) => {
    throw new Error(`the API ended with ${code}:\n${await api.lastLines()}`);
  });
  await Promise.race([
    ended,
    waitFor("the API to be ready", async () => (await fetch(`${apiUrl}/readyz`)).ok),
  ]);
}

/** The escrow of this chain; deployed anew when the chain has lost it. */
async function ensureEscrow(
  settings: Settings,
  rpcUrl: string,
  { feeBps = 0, escrowVersion = escrowVersionToDeploy() }: LocalWorldOptions,
) {
  const reader = createPublicClient({ transport: http(rpcUrl) });
  if (settings.escrow && settings.startBlock && (await reader.getCode({ address: settings.escrow })))
    return {
      escrow: settings.escrow,
      startBlock: settings.startBlock,
      escrowVersion: settings.escrowVersion ?? "1",
    } as const;
  const account = testWallet(roles.deployer);
  const wallet = createWalletClient({ account, chain: getChain("local", rpcUrl), transport: http() });
  const deployed = await deployEscrow(wallet, {
    ...{ feeBps, feeReceiver: account.address, version: escrowVersion },
  });
  return { escrow: deployed.address, startBlock: String(deployed.blockNumber), escrowVersion };
}

async function loadSettings(dataDir: string): Promise<Settings> {
  const saved = await readFile(settingsFile(dataDir), "utf8").catch(() => undefined);
  if (saved) return JSON.parse(saved) as Settings;
  const [apiPort, rpcPort, databasePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const settings = {
    apiPort,
    rpcPort,
    databasePort,
    databasePassword: randomBytes(16).toString("hex"),
    sealingSecret: randomBytes(32).toString("hex"),
  };
  await saveSettings(dataDir, settings);
  return settings;
}

async function saveSettings(dataDir: string, settings: Settings): Promise<void> {
  await writeFile(settingsFile(dataDir), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
}

function settingsFile(dataDir: string): string {
  return join(dataDir, "world.json");
}
