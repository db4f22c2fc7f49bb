import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureTools, pythonPath } from "@trainchain/python-env";

const toolchain = fileURLToPath(new URL("../.toolchain", import.meta.url));
const dir = join(toolchain, "e2e-python");
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** Installs what others have of the field in Python (requirements.in), once for its lock. */
export async function ensurePythonTools(): Promise<void> {
  await ensureTools({ dir, requirements, uvCacheDir: join(toolchain, "uv") });
}

/** What a script prints that uses them. */
export async function runPythonTool(
  script: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(pythonPath(dir), [script, ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  return stdout;
}
