import { TrainChainError } from "@trainchain/protocol";
import { runChild } from "./child-process.ts";
import { uvEnvironment } from "./uv-environment.ts";

/** In order of preference: every pinned package has wheels for the first; the second still resolves. */
const ranges = [">=3.11,<3.14", ">=3.10,<3.15"];

/** What uv may fetch where the machine has no fitting Python. */
const managedVersion = "3.12";

/**
 * The Python to build the environment on: the system's where one fits, so that nothing is downloaded, else a
 * version number that uv is asked to fetch.
 */
export async function findPython(uv: string, signal?: AbortSignal): Promise<string> {
  for (const range of ranges) {
    let found = "";
    const { exitCode } = await runChild(uv, ["python", "find", "--system", "--no-project", range], {
      env: { ...uvEnvironment(), UV_PYTHON_DOWNLOADS: "never" },
      signal,
      onStdout: (line) => {
        found ||= line.trim();
      },
    });
    if (exitCode === 0 && found) return found;
  }
  return managedVersion;
}

/** Creates the virtual environment anew. */
export async function createVenv(
  uv: string,
  python: string,
  dir: string,
  signal?: AbortSignal,
): Promise<void> {
  const args = ["venv", "--clear", "--no-project", "--python", python, dir];
  const { exitCode, tail } = await runChild(uv, args, { env: uvEnvironment(), signal });
  signal?.throwIfAborted();
  if (exitCode === 0) return;
  throw new TrainChainError(
    "environment-broken",
    `no Python environment could be made: ${tail.slice(-3).join(" ")}`,
    {
      fix: "Install Python 3.11, 3.12 or 3.13 and try again.",
      facts: { python, dir },
    },
  );
}
