import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Locked {
  os?: string[];
  cpu?: string[];
  dev?: boolean;
  integrity?: string;
}

/** Development tools whose publisher's arm64 packages are not in every registry; no process of ours runs them. */
const toolsOnly = /node_modules\/@foundry-rs\//;

/**
 * Native packages that the lock file holds for Linux on x64 and not on arm64: there, `npm ci` would leave them out
 * silently.
 */
export function listMissingForArm(root: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages)
    .filter(([path, { os, cpu }]) => os?.includes("linux") && cpu?.includes("x64") && !toolsOnly.test(path))
    .map(([path]) => path.replace("x64", "arm64").replace("amd64", "arm64"))
    .filter((path) => packages[path]?.integrity === undefined);
}

/** Packages of Python that a requirements file locks without a hash, and lines that name an address. */
export function listLooseRequirements(file: string): string[] {
  const entries = readFileSync(file, "utf8").split(/\n(?=\S)/);
  return entries.filter(
    (entry) => entry.includes("://") || (!/^#/.test(entry) && !entry.includes("--hash=sha256:")),
  );
}
