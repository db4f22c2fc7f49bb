import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createVenv, ensureUv, findPython, pythonPath, uvEnvironment } from "@trainchain/python-env";
import { contractsDir } from "./forge.ts";

const toolchain = join(contractsDir, "../.toolchain");
const environment = join(toolchain, "contracts-python");
const requirementsPath = join(contractsDir, "requirements.txt");

/** Where halmos, slither and their solvers are, once installed. */
export const pythonToolsDir = join(pythonPath(environment), "..");

/**
 * Installs the contract's Python tools into an environment of their own under .toolchain/, unless it holds these
 * very versions. The stamp is written last, so an interrupted install is done again.
 */
export async function installPythonTools(): Promise<void> {
  const stamp = join(environment, ".requirements");
  const wanted = readFileSync(requirementsPath, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  const uv = await ensureUv({ cacheDir: join(toolchain, "uv") });
  rmSync(environment, { recursive: true, force: true });
  await createVenv(uv, await findPython(uv), environment);
  const { status, stderr } = spawnSync(
    uv,
    ["pip", "install", "--no-config", "--python", pythonPath(environment), "-r", requirementsPath],
    { env: uvEnvironment(), encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`halmos and slither could not be installed:\n${stderr}`);
  writeFileSync(stamp, wanted);
}
