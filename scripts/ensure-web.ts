import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { productionEnv, siteApiUrl } from "../apps/web/build/env.ts";
import { digestSources } from "./digest-sources.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const app = join(root, "apps", "web");
const dist = join(app, "dist");
const stampName = ".built-from";

/** What the site is made of, as folders and files of the repository. */
const sources = [
  "apps/web/build",
  "apps/web/public",
  "apps/web/src",
  "apps/web/index.html",
  "apps/web/vite.config.ts",
  "packages/api-client/src",
  "packages/browser-wallet/src",
  "packages/chain/src",
  "packages/dataset/src",
  "packages/protocol/src",
  "packages/requester/src",
  "packages/ui/src",
  "docs",
  "package-lock.json",
];

/**
 * Builds the site into apps/web/dist when its sources changed since it was built there (by their hash, so a fresh
 * checkout with an old build is noticed too). Returns its folder.
 */
export async function ensureWeb(onStep: (text: string) => void = () => undefined): Promise<string> {
  const stamp = `${await digestSources(sources)} ${siteApiUrl}`;
  const built = await readFile(join(dist, stampName), "utf8").catch(() => undefined);
  if (built === stamp) return dist;
  onStep("building the site");
  // Built beside and moved in whole: a server or another build never meets half a site.
  const fresh = join(app, "node_modules", `.site-${process.pid}`);
  await mkdir(fresh, { recursive: true });
  try {
    await runVite(fresh);
    await compressFiles(fresh);
    await writeFile(join(fresh, stampName), stamp);
    await replaceFolder(dist, fresh);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return dist;
}

async function runVite(outDir: string): Promise<void> {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(
    process.execPath,
    [vite, "build", "--outDir", outDir, "--emptyOutDir", "--logLevel", "warn"],
    { cwd: app, env: productionEnv(), stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`the site could not be built:\n${complaints}`);
}

/** Lays compressed copies beside whatever shrinks, so that the server compresses nothing itself. */
async function compressFiles(dir: string): Promise<void> {
  const names = (await readdir(dir, { recursive: true })).filter((name) =>
    /\.(js|css|html|svg|txt|md)$/.test(name),
  );
  await Promise.all(
    names.map(async (name) => {
      const file = join(dir, name);
      const bytes = await readFile(file);
      if (bytes.length < 1_024) return;
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, quality));
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
}

async function replaceFolder(target: string, fresh: string): Promise<void> {
  const old = `${fresh}-old`;
  await rename(target, old).catch(() => undefined);
  await rename(fresh, target).catch(async (error: unknown) => {
    // Another build of the same sources was faster.
    if (!existsSync(join(target, stampName))) throw error;
  });
  await rm(old, { recursive: true, force: true });
}
