import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { getAsset, getAssetKeys } from "node:sea";
import { startApp } from "./start-app.ts";

/**
 * The app as a single executable: screens and trainer scripts are inside, uv lies beside it in bin/, and the training
 * environment is made beside it too. scripts/package.ts puts it together.
 */
const home = dirname(process.execPath);

void startApp({
  readAsset: async (path) => asset(`screens/${path}`),
  trainerDir: layOutTrainer,
  env: { TRAINCHAIN_ENV_DIR: join(home, ".trainchain_env"), TRAINCHAIN_UV_DIR: home },
});

function asset(key: string): Uint8Array | undefined {
  return getAssetKeys().includes(key) ? new Uint8Array(getAsset(key)) : undefined;
}

/** Python needs files: the scripts are written once for each version of them, whole or not at all. */
async function layOutTrainer(dataDir: string): Promise<string> {
  const keys = getAssetKeys().filter((key) => key.startsWith("trainer/"));
  const digest = createHash("sha256");
  for (const key of keys) digest.update(key).update(new Uint8Array(getAsset(key)));
  const folder = join(dataDir, `trainer-${digest.digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const incoming = `${folder}.new`;
  await rm(incoming, { recursive: true, force: true });
  for (const key of keys) {
    const file = join(incoming, key.slice("trainer/".length));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, new Uint8Array(getAsset(key)));
  }
  await rename(incoming, folder);
  return folder;
}
