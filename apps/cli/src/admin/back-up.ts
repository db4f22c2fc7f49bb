import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "@trainchain/db";
import { dumpTables, findSchemaVersion, listNeededUploads } from "@trainchain/db/operations";
import { TrainChainError } from "@trainchain/protocol";
import { storageConfigFrom } from "@trainchain/storage";
import { type Manifest, placesIn, writeManifest } from "./backup-folder.ts";
import { copyMissing } from "./copy-missing.ts";
import type { AdminEnv } from "./env.ts";

const mostTries = 5;

/**
 * Backs the platform up while it works: keys, the database as of one moment, and every byte that it speaks of then.
 * Content is only ever added, so what the database names at that moment is copied after it. Uploads are removed once
 * they are taken over, so they are copied before and after; should one have come and gone between, the moment is
 * taken anew. A folder that holds a backup already is brought up to date: only new content is copied.
 */
export async function backUp(env: AdminEnv, dir: string): Promise<Manifest & { copied: number }> {
  const places = placesIn(dir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(places.keys, keysOf(env), { mode: 0o600 });
  const copyUploads = () => copyMissing(join(env.DATA_DIR, "uploads"), places.uploads);

  let copied = 0;
  for (let tries = 1; ; tries += 1) {
    copied += await copyUploads();
    const { needed, migrations } = await dumpDatabase(env, `${places.database}.new`);
    copied += await copyUploads();
    if (needed.every((id) => existsSync(join(places.uploads, id)))) {
      copied += await copyContent(env, places.storage);
      await rm(places.manifest, { force: true });
      await rm(places.database, { recursive: true, force: true });
      await rename(`${places.database}.new`, places.database);
      const manifest = describe(env, migrations);
      await writeManifest(dir, manifest);
      return { ...manifest, copied };
    }
    if (tries === mostTries)
      throw new TrainChainError("not-ready", "uploads came and went faster than they could be copied", {
        fix: "Run the command again.",
      });
  }
}

async function dumpDatabase({ DATABASE_URL }: AdminEnv, dir: string) {
  await rm(dir, { recursive: true, force: true });
  const { db, pool, close } = connect(DATABASE_URL, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    let needed: string[] = [];
    await dumpTables(pool, dir, async (snapshot) => {
      needed = await listNeededUploads(snapshot);
    });
    return { needed, migrations: (await findSchemaVersion(db)).applied };
  } finally {
    await close();
  }
}

/** Content elsewhere than on this machine is kept by its store. */
async function copyContent(env: AdminEnv, to: string): Promise<number> {
  const config = storageConfigFrom(env);
  return config.backend === "local" ? copyMissing(config.dir, to, ["incoming"]) : 0;
}

function keysOf({ SEALING_SECRET, AGGREGATOR_PRIVATE_KEY }: AdminEnv): string {
  if (!SEALING_SECRET)
    throw new TrainChainError("configuration-invalid", "SEALING_SECRET is not set", {
      fix: "Give the command the settings of API and worker: without that secret nothing in the backup can be opened.",
    });
  const lines = [`SEALING_SECRET=${SEALING_SECRET}`];
  if (AGGREGATOR_PRIVATE_KEY) lines.push(`AGGREGATOR_PRIVATE_KEY=${AGGREGATOR_PRIVATE_KEY}`);
  return `${lines.join("\n")}\n`;
}

function describe(env: AdminEnv, migrations: number): Manifest {
  return {
    version: 1,
    createdAt: new Date().toISOString(),
    chainId: env.CHAIN_ID,
    escrow: env.ESCROW_ADDRESS,
    migrations,
    storage: env.STORAGE,
  };
}
