import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@trainchain/db";
import { roles, startEscrowChain, startPostgres } from "@trainchain/testing";
import { fillDatabase, type Scale } from "./fill-database.ts";

export const fullScale: Scale = { contributors: 100_000, jobs: 10_000, events: 1_000_000 };

/** That part of the full scale, in every respect. */
export function scaleOf(fraction: number): Scale {
  const part = (rows: number) => Math.ceil(rows * fraction);
  return {
    contributors: part(fullScale.contributors),
    jobs: part(fullScale.jobs),
    events: part(fullScale.events),
  };
}

/** A database filled to a scale, a chain and a folder, for an API to be put on. */
export async function startLoadWorld(scale: Scale) {
  const [postgres, chain, dir] = await Promise.all([
    startPostgres(),
    startEscrowChain(),
    mkdtemp(join(tmpdir(), "trainchain-load-")),
  ]);
  const databaseUrl = await postgres.createDatabase();
  const connection = connect(databaseUrl, { poolSize: 1, statementTimeoutMs: 0 });
  await fillDatabase(connection.pool, scale, {
    escrow: chain.escrow,
    requester: chain.wallet(roles.requester),
    contributor: chain.wallet(roles.firstContributor),
  });
  return {
    connection,
    chain,
    dir,
    /** The API's settings but for where it is reached. */
    settings: {
      DATABASE_URL: databaseUrl,
      RPC_URL: chain.rpcUrl,
      CHAIN_ID: "80002",
      ESCROW_ADDRESS: chain.escrow,
      AGGREGATOR_ADDRESS: chain.wallet(roles.aggregator),
      DATA_DIR: dir,
      SEALING_SECRET: "5e".repeat(32),
    },
    async stop() {
      await connection.close();
      await Promise.all([postgres.stop(), chain.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type LoadWorld = Awaited<ReturnType<typeof startLoadWorld>>;
