import { fileURLToPath } from "node:url";
import { type EnvironmentProgress, ensureEnvironment, pythonPath } from "@trainchain/python-env";

/** The Python environment that trainer, evaluator and tests share. */
export const pythonEnvDir =
  process.env.TRAINCHAIN_ENV_DIR ?? fileURLToPath(new URL("../.trainchain_env", import.meta.url));

/** Installs and proves the environment where that is not done yet, with progress on stderr; returns its Python. */
export async function ensurePython(): Promise<string> {
  await ensureEnvironment({
    dir: pythonEnvDir,
    requirementsPath: fileURLToPath(new URL("../trainer/requirements.txt", import.meta.url)),
    onProgress: print,
  });
  return pythonPath(pythonEnvDir);
}

function print(progress: EnvironmentProgress): void {
  const isTick = progress.phase === "downloading" && progress.packageName === undefined;
  const text = `• setting up training environment: ${progress.message}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${isTick ? "" : "\n"}`);
  else if (!isTick) process.stderr.write(`${text}\n`);
}
