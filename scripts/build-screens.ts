import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "@trainchain/python-env";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const ui = join(root, "apps", "contributor", "ui");
const dist = join(ui, "dist");
const cache = join(root, ".cache");

/** What the screens are built from; node_modules changes only with the lock file. */
const sources = [
  ...["src", "public", "index.html", "vite.config.ts", "package.json"].map((name) => join(ui, name)),
  ...["ui", "protocol", "chain", "browser-wallet"].map((name) => join(root, "packages", name, "src")),
  join(root, "package-lock.json"),
];

/**
 * Builds the contributor app's screens where their sources have changed since; resolves with their folder. Of several
 * processes at once one builds, and the others wait: a build begins by emptying the folder.
 */
export async function buildScreens(): Promise<string> {
  const stamp = join(dist, ".sources");
  const digest = digestOf(sources);
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

function digestOf(paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesIn)) hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest("hex");
}

function filesIn(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true, encoding: "utf8" });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
