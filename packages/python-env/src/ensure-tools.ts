import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureUv } from "./ensure-uv.ts";
import { pythonPath } from "./environment-stamp.ts";
import { createVenv, findPython } from "./find-python.ts";
import { lockedRequirements } from "./requirements.ts";
import { uvEnvironment } from "./uv-environment.ts";

export interface ToolsOptions {
  /** The tools' own environment, such as `.toolchain/contracts-python`. */
  dir: string;
  /** A requirements file with pinned versions and their hashes. */
  requirements: string;
  uvCacheDir: string;
}

/**
 * Installs command-line tools written in Python into an environment of their own, unless it holds these very
 * versions. The stamp is written last, so an interrupted install is done again.
 */
export async function ensureTools({ dir, requirements, uvCacheDir }: ToolsOptions): Promise<void> {
  const stamp = join(dir, ".requirements");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  const uv = await ensureUv({ cacheDir: uvCacheDir });
  rmSync(dir, { recursive: true, force: true });
  await createVenv(uv, await findPython(uv), dir);
  const { status, stderr } = spawnSync(
    uv,
    ["pip", "install", "--no-config", "--python", pythonPath(dir), ...lockedRequirements(requirements)],
    { env: uvEnvironment(), encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the tools of ${requirements} could not be installed:\n${stderr}`);
  writeFileSync(stamp, wanted);
}
