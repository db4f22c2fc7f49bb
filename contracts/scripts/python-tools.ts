import { join } from "node:path";
import { ensureTools, pythonPath } from "@trainchain/python-env";
import { contractsDir } from "./forge.ts";

const toolchain = join(contractsDir, "../.toolchain");
const environment = join(toolchain, "contracts-python");

/** Where halmos, slither and their solvers are, once installed. */
export const pythonToolsDir = join(pythonPath(environment), "..");

export async function installPythonTools(): Promise<void> {
  const requirements = join(contractsDir, "requirements.txt");
  await ensureTools({ dir: environment, requirements, uvCacheDir: join(toolchain, "uv") });
}
