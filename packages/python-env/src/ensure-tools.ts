import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { runChild } from "./child-process.ts";
import { ensureUv } from "./ensure-uv.ts";
import { pythonPath } from "./environment-stamp.ts";
import { createVenv, findPython } from "./find-python.ts";
import { withLock } from "./install-lock.ts";
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
 * Installs command-line tools written in Python into an environment of their own, unless it holds these very versions;
 * of several callers at once, in whatever processes, one installs and the others wait for it. The stamp is written last,
 * so an interrupted install is done again, as is one in a folder that was moved: the tools' scripts name their Python by
 * its whole path.
 */
export async function ensureTools(options: ToolsOptions): Promise<void> {
  const { requirements, uvCacheDir } = options;
  const dir = resolve(options.dir);
  const stamp = join(dir, ".requirements");
  const wanted = `# in ${dir}\n${readFileSync(requirements, "utf8")}`;
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (isInstalled()) return;

  await mkdir(dirname(dir), { recursive: true });
  await withLock(`${dir}.lock`, {}, async () => {
    if (isInstalled()) return;
    const uv = await ensureUv({ cacheDir: uvCacheDir });
    await rm(dir, { recursive: true, force: true });
    await createVenv(uv, await findPython(uv), dir);
    const { exitCode, tail } = await runChild(
      uv,
      ["pip", "install", "--no-config", "--python", pythonPath(dir), ...lockedRequirements(requirements)],
      { env: uvEnvironment() },
    );
    if (exitCode !== 0)
      throw new Error(`the tools of ${requirements} could not be installed:\n${tail.join("\n")}`);
    await writeFile(stamp, wanted);
  });
}
