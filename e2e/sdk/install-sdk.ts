import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureTools, ensureUv, pythonPath, uvEnvironment } from "@trainchain/python-env";

const sdk = fileURLToPath(new URL("../../sdk/python", import.meta.url));
const toolchain = fileURLToPath(new URL("../../.toolchain", import.meta.url));
const run = promisify(execFile);

/** Builds the Python SDK's wheel and installs it into `folder`, beside what it depends on as it is locked. */
export async function installSdk(folder: string) {
  const dependencies = join(toolchain, "sdk-python");
  const uvCacheDir = join(toolchain, "uv");
  await ensureTools({ dir: dependencies, requirements: join(sdk, "requirements.txt"), uvCacheDir });
  const uv = await ensureUv({ cacheDir: uvCacheDir });
  const [wheels, installed] = [join(folder, "wheels"), join(folder, "installed")];
  const env = uvEnvironment();
  const python = pythonPath(dependencies);
  await run(uv, ["build", "--wheel", "--offline", "--no-config", "--out-dir", wheels, sdk], { env });
  const wheel = (await readdir(wheels)).find((name) => name.endsWith(".whl")) ?? "";
  const into = ["--offline", "--no-config", "--no-deps", "--python", python, "--target", installed];
  await run(uv, ["pip", "install", ...into, join(wheels, wheel)], { env });

  return {
    wheel,
    /** What a script prints that uses it, with `folder` as its working folder. */
    async run(script: string, settings: Record<string, string>): Promise<string> {
      const given = { ...settings, PATH: process.env.PATH, PYTHONPATH: installed };
      const { stdout } = await run(python, ["-c", script], { cwd: folder, env: given });
      return stdout;
    },
  };
}
