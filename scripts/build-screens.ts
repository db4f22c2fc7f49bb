import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "@trainchain/python-env";
import { build } from "vite";
import { digestSources } from "./digest-sources.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const ui = join(root, "apps", "contributor", "ui");
const dist = join(ui, "dist");
const cache = join(root, ".cache");

/** What the screens are built from; node_modules changes only with the lock file. */
const sources = [
  ...["src", "public", "index.html", "vite.config.ts", "package.json"].map(
    (name) => `apps/contributor/ui/${name}`,
  ),
  ...["ui", "protocol", "chain", "browser-wallet"].map((name) => `packages/${name}/src`),
  "package-lock.json",
];

/**
 * Builds the contributor app's screens where their sources have changed since; resolves with their folder. Of several
 * processes at once one builds, and the others wait: a build begins by emptying the folder.
 */
export async function buildScreens(): Promise<string> {
  const stamp = join(dist, ".sources");
  const digest = await digestSources(sources);
  const isBuilt = () => existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  if (isBuilt()) return dist;
  mkdirSync(cache, { recursive: true });
  return withLock(join(cache, "screens.lock"), {}, async () => {
    if (isBuilt()) return dist;
    process.stderr.write("• building the app's screens\n");
    await build({ root: ui, configFile: join(ui, "vite.config.ts"), logLevel: "error" });
    writeFileSync(stamp, digest);
    return dist;
  });
}
