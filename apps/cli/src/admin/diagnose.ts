import { mkdir } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { assertEscrowCode, findEscrowVersion } from "@trainchain/chain";
import {
  assertPlatform,
  assertSealingSecret,
  connect,
  type DatabaseProcess,
  findPlatform,
  findSealingSecret,
} from "@trainchain/db";
import { findLastBeat, findSchemaVersion } from "@trainchain/db/operations";
import { formatBytes, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { freeBytesOf } from "@trainchain/protocol/node";
import { findStamp } from "@trainchain/python-env";
import { createKeyRing, createStorage, storageConfigFrom } from "@trainchain/storage";
import { createPublicClient, formatEther, http, parseEther } from "viem";
import { askReadiness } from "./ask-readiness.ts";
import type { AdminEnv } from "./env.ts";

export interface Finding {
  check: string;
  ok: boolean;
  /** What was seen. */
  detail: string;
  /** What works on, and is to be known of. */
  warning?: string;
  fix?: string;
}

/** What was seen, alone or with a warning. */
type Check = (env: AdminEnv) => Promise<string | Required<Pick<Finding, "detail" | "warning">>>;

const requirements = fileURLToPath(new URL("../../../../trainer/requirements.txt", import.meta.url));
const leastFreeBytes = 10 * 1024 ** 3;
/** A few hundred relayed submissions at usual prices. */
const leastBalanceWei = parseEther("0.5");
/** Sign-in messages live for minutes. */
const mostClockErrorSeconds = 30;
const patienceMs = 15_000;

/** Looks at everything that the platform stands on. A check that cannot be made has failed. */
export function diagnose(env: AdminEnv): Promise<Finding[]> {
  return Promise.all(
    Object.entries(checks).map(async ([check, look]) => {
      try {
        const seen = await withPatience(look(env));
        return { check, ok: true, ...(typeof seen === "string" ? { detail: seen } : seen) };
      } catch (thrown) {
        const { message, fix } = toTrainChainError(thrown);
        return { check, ok: false, detail: message.split("\n")[0] ?? "", fix: fix ?? fixes[check] };
      }
    }),
  );
}

const checks: Record<string, Check> = {
  chain: async (env) => {
    const chainId = await nodeOf(env).getChainId();
    if (chainId !== env.CHAIN_ID)
      throw wrong(`RPC_URL is a node of chain ${chainId}, not ${env.CHAIN_ID}`, "Set RPC_URL or CHAIN_ID.");
    return `chain ${chainId} answers`;
  },

  contract: async (env) => {
    const [client, escrow] = [nodeOf(env), env.ESCROW_ADDRESS];
    const different = await assertEscrowCode(client, escrow).catch((error: unknown) => error);
    if (different === undefined) return `the escrow's code is at ${escrow}`;
    const version = await findEscrowVersion(client, escrow).catch(() => {
      throw different;
    });
    return {
      detail: `version ${version} of the escrow is at ${escrow}, another build than this one: it works on`,
      warning: `${version === "1" ? "An earlier build of version 1 lets an undecided job expire before its review is over. " : ""}Keep ESCROW_ADDRESS until its jobs end; to move, see docs/operations.md, "Another escrow".`,
    };
  },

  database: async ({ DATABASE_URL, SEALING_SECRET, ...env }) => {
    const { db, close } = connect(DATABASE_URL, { poolSize: 1 });
    const [{ applied, known }, recorded, platform] = await Promise.all([
      findSchemaVersion(db),
      findSealingSecret(db).catch(() => undefined),
      findPlatform(db).catch(() => undefined),
    ]).finally(close);
    if (applied < known)
      throw wrong(`${applied} of ${known} migrations are applied`, "Run `trainchain admin migrate`.");
    if (applied > known)
      throw wrong(
        `${applied} migrations are applied and this version knows ${known}`,
        "Run the newer version.",
      );
    if (SEALING_SECRET) assertSealingSecret(recorded, await fingerprintOf(SEALING_SECRET));
    if (platform)
      assertPlatform(platform, {
        chainId: env.CHAIN_ID,
        escrow: env.ESCROW_ADDRESS,
        aggregator: env.AGGREGATOR_ADDRESS ?? platform.aggregator,
      });
    return `answers, all ${known} migrations applied`;
  },

  api: (env) => lastSeen(env, "api"),
  indexer: (env) => lastSeen(env, "indexer"),
  worker: (env) => lastSeen(env, "worker"),

  storage: async (env) => {
    // Always the same bytes: a store that keeps everything keeps them once.
    const bytes = new TextEncoder().encode("trainchain doctor\n");
    const storage = createStorage(storageConfigFrom(env));
    const { cid } = await storage.put(bytes, { name: "trainchain-doctor" });
    const back = await buffer(await storage.get(cid));
    if (Buffer.compare(back, bytes) !== 0) throw wrong(`${cid} came back changed`, "Check the store.");
    return `${env.STORAGE}: written and read back`;
  },

  aggregator: async (env) => {
    const address = env.AGGREGATOR_ADDRESS;
    if (!address) throw wrong("AGGREGATOR_ADDRESS is not set", "Set it to the worker's wallet.");
    const balanceWei = await nodeOf(env).getBalance({ address });
    const detail = `${address} has ${formatEther(balanceWei)} POL`;
    if (balanceWei < leastBalanceWei)
      throw wrong(detail, `Send it POL for gas: at least ${formatEther(leastBalanceWei)}.`);
    return detail;
  },

  clock: async ({ RPC_URL }) => {
    const { headers } = await fetch(RPC_URL, { method: "POST", body: "[]" });
    const said = Date.parse(headers.get("date") ?? "");
    if (Number.isNaN(said)) return "the node does not tell the time";
    const seconds = Math.round((Date.now() - said) / 1_000);
    if (Math.abs(seconds) > mostClockErrorSeconds)
      throw wrong(
        `this clock is ${seconds} s from the node's`,
        "Turn on time synchronisation: timedatectl set-ntp true.",
      );
    return "within seconds of the node's";
  },

  disk: async ({ DATA_DIR }) => {
    await mkdir(DATA_DIR, { recursive: true });
    const free = await freeBytesOf(DATA_DIR);
    const detail = `${formatBytes(free)} free in ${DATA_DIR}`;
    if (free < leastFreeBytes)
      throw wrong(detail, "Free some space, or move DATA_DIR: below 10 GiB an upload may fill it.");
    return detail;
  },

  python: async ({ TRAINCHAIN_ENV_DIR: dir }) => {
    if (!dir) return "TRAINCHAIN_ENV_DIR is not set: results are merged and not evaluated";
    const stamp = await findStamp(dir, requirements);
    if (!stamp)
      throw wrong(
        `${dir} holds no environment of these requirements`,
        "Run `npm run trainchain -- admin python`.",
      );
    return `Python ${stamp.python}, proved on ${stamp.deviceName}`;
  },

  evaluator: async ({ EVALUATOR_SOCKET: socket, TRAINCHAIN_ENV_DIR: dir }) => {
    if (!socket) return dir ? "the worker runs Python itself, as its own user" : "there is none";
    await askReadiness(socket);
    return `is ready on ${socket}`;
  },
};

/** A process says every ten seconds that it works. */
const mostSilentSeconds = 60;

async function lastSeen({ DATABASE_URL }: AdminEnv, process: DatabaseProcess): Promise<string> {
  const { db, close } = connect(DATABASE_URL, { poolSize: 1 });
  const seconds = await findLastBeat(db, process).finally(close);
  const fix = `See that it runs (systemctl status trainchain-${process}), and what its log says it waits for.`;
  if (seconds === undefined) throw wrong("was not seen at work within a day", fix);
  const seen = `last seen at work ${seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`} ago`;
  if (seconds > mostSilentSeconds) throw wrong(seen, fix);
  return seen;
}

/** For failures that say nothing of what to do. */
const fixes: Record<string, string> = {
  chain: "See that RPC_URL is right and its node answers.",
  contract: "Set ESCROW_ADDRESS from contracts/deployments, and RPC_URL to a node of its chain.",
  database: "See that PostgreSQL runs and DATABASE_URL is right.",
  api: "See that PostgreSQL runs and DATABASE_URL is right.",
  indexer: "See that PostgreSQL runs and DATABASE_URL is right.",
  worker: "See that PostgreSQL runs and DATABASE_URL is right.",
  storage: "See that STORAGE and its variables are right, and that the store answers.",
  aggregator: "See that RPC_URL answers.",
  clock: "See that RPC_URL answers.",
  evaluator: "See that it runs (systemctl status trainchain-evaluator) and EVALUATOR_SOCKET is its socket.",
  disk: "Set DATA_DIR to a folder that the platform's user may write.",
};

const fingerprintOf = (secret: string) => createKeyRing(Buffer.from(secret, "hex")).fingerprint();

function nodeOf({ RPC_URL }: AdminEnv) {
  return createPublicClient({ transport: http(RPC_URL, { retryCount: 1, timeout: 5_000 }) });
}

function wrong(message: string, fix: string): TrainChainError {
  return new TrainChainError("configuration-invalid", message, { fix });
}

function withPatience<Value>(looking: Promise<Value>): Promise<Value> {
  const late = AbortSignal.timeout(patienceMs);
  return Promise.race([
    looking,
    new Promise<never>((_, reject) =>
      late.addEventListener("abort", () => reject(new Error(`no answer within ${patienceMs / 1_000} s`))),
    ),
  ]);
}
