import { type Connection, connect } from "@trainchain/db";
import { type EscrowChain, type Postgres, startEscrowChain, startPostgres } from "@trainchain/testing";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createIndexer } from "../app.ts";
import { readEnv } from "../env.ts";
import type { Follower } from "../follow-chain.ts";

export interface IndexerWorld {
  chain: EscrowChain;
  connection: Connection;
}

/** Has every test of a file begin on the same chain with an empty database, which `begin` is told. */
export function beginEach(begin: (world: IndexerWorld) => Promise<void>): void {
  let postgres: Postgres;
  let chain: EscrowChain;
  let connection: Connection;
  let snapshot: `0x${string}`;
  beforeAll(async () => {
    [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
  });
  afterAll(async () => {
    await Promise.all([postgres?.stop(), chain?.stop()]);
  });
  beforeEach(async () => {
    snapshot = await chain.client.snapshot();
    connection = connect(await postgres.createDatabase());
    await begin({ chain, connection });
  });
  afterEach(async () => {
    await connection.close();
    await chain.client.revert({ id: snapshot });
  });
}

/** The indexer of a chain into a database, with settings beside the usual ones. */
export function indexerOf(
  { chain, connection }: IndexerWorld,
  changes: Record<string, string> = {},
): Follower {
  const env = readEnv({ DATABASE_URL: "postgres://unused", ...chain.settings, ...changes });
  return createIndexer(env, connection, pino({ level: "silent" }));
}

/** What the platform writes down when it prepares a requester's dataset, as far as an indexer looks at it. */
export async function insertDraft({ sql }: Connection, specCid: string, requester: string): Promise<void> {
  await sql`insert into drafts (id, kind, requester, upload_id, request)
    values (${specCid}, 'llm-finetune', ${requester}, 'upload', '{}')`;
  await sql`insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors,
      dataset_format, rows, holdout_rows, holdout_cid, shard_assignments)
    values (${specCid}, ${specCid}, '{}', 'toy', 'local', 1, 'jsonl', 10, 1, 'holdout', '[]')`;
}

/** Follows the chain until nothing more is on it. */
export async function followToHead(following: Follower): Promise<void> {
  await following.assertChain();
  while ((await following.step()) !== "idle");
}
