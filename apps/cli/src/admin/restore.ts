import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, migrate } from "@trainchain/db";
import { findSchemaVersion, loadTables } from "@trainchain/db/operations";
import { TrainChainError } from "@trainchain/protocol";
import { storageConfigFrom } from "@trainchain/storage";
import { type Manifest, placesIn, readManifest } from "./backup-folder.ts";
import { copyMissing } from "./copy-missing.ts";
import type { AdminEnv } from "./env.ts";

/**
 * Brings a backup into an empty database and the folders of the settings. The processes are started afterwards:
 * they take up what was under way, and the indexer follows the chain from where the backup stood.
 */
export async function restore(env: AdminEnv, dir: string): Promise<Manifest> {
  const manifest = await readManifest(dir);
  const places = placesIn(dir);
  await assertFits(env, manifest, places.keys);
  await migrate(env.DATABASE_URL);
  const { db, pool, close } = connect(env.DATABASE_URL, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    const { known } = await findSchemaVersion(db);
    if (manifest.migrations !== known)
      throw new TrainChainError(
        "conflict",
        `the backup has ${manifest.migrations} migrations, this version ${known}`,
        { fix: "Restore with the version that made the backup into a new database, then upgrade." },
      );
    const config = storageConfigFrom(env);
    if (config.backend === "local") await copyMissing(places.storage, config.dir);
    await copyMissing(places.uploads, join(env.DATA_DIR, "uploads"));
    await loadTables(pool, places.database);
  } finally {
    await close();
  }
  return manifest;
}

async function assertFits(env: AdminEnv, manifest: Manifest, keysFile: string): Promise<void> {
  const keys = await readFile(keysFile, "utf8");
  if (!env.SEALING_SECRET || !keys.includes(`SEALING_SECRET=${env.SEALING_SECRET}\n`))
    throw new TrainChainError("configuration-invalid", "SEALING_SECRET is not the one of the backup", {
      fix: `Set the secrets of ${keysFile}: with others nothing in the backup can be opened.`,
    });
  if (env.CHAIN_ID !== manifest.chainId || env.ESCROW_ADDRESS !== manifest.escrow)
    throw new TrainChainError(
      "configuration-invalid",
      `the backup is of ${manifest.escrow} on chain ${manifest.chainId}`,
      { fix: "Set ESCROW_ADDRESS and CHAIN_ID to these." },
    );
  if (env.STORAGE !== manifest.storage)
    throw new TrainChainError("configuration-invalid", `the backup's content lies in ${manifest.storage}`, {
      fix: `Set STORAGE=${manifest.storage}.`,
    });
}
