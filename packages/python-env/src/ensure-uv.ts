import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { runChild } from "./child-process.ts";
import type { OnProgress } from "./progress.ts";
import { pipEnvironment } from "./uv-environment.ts";
import { uvHashes, uvVersion } from "./uv-release.ts";

/** An older uv on PATH is left alone, and the pinned release fetched. */
const oldestVersion: readonly number[] = [0, 10, 0];

export interface EnsureUvOptions {
  /** Where a fetched uv is kept, such as `.toolchain/uv`. */
  cacheDir: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * Path of a usable uv: the one on PATH when recent enough, else one fetched as a wheel by pip, which needs no
 * virtual environment, no administrator and touches nothing outside `cacheDir`.
 *
 * @throws TrainChainError `environment-broken` where neither uv nor pip can be had.
 */
export async function ensureUv({ cacheDir, onProgress, signal }: EnsureUvOptions): Promise<string> {
  const executable = process.platform === "win32" ? "uv.exe" : "uv";
  const fetched = path.join(cacheDir, "bin", executable);
  if (existsSync(fetched) && (await isUsable(fetched))) return fetched;
  if (await isUsable("uv")) return "uv";

  onProgress?.({ phase: "uv", message: `fetching uv ${uvVersion}` });
  await mkdir(cacheDir, { recursive: true });
  const failures: string[] = [];
  for (const python of process.platform === "win32" ? ["py", "python"] : ["python3", "python"]) {
    const failure = await fetchWithPip(python, cacheDir, signal);
    if (failure === undefined && (await isUsable(fetched))) return fetched;
    failures.push(`${python}: ${failure ?? "the uv it installed does not run"}`);
  }
  throw new TrainChainError("environment-broken", `uv could not be fetched (${failures.join("; ")})`, {
    fix: `Install uv ${uvVersion} or newer and put it on PATH, or install Python 3.10 or newer with pip (python3-pip).`,
    facts: { cacheDir },
  });
}

async function isUsable(uv: string): Promise<boolean> {
  let output = "";
  const onStdout = (line: string) => {
    output += line;
  };
  const result = await runChild(uv, ["--version"], { onStdout }).catch(() => undefined);
  const version = /^uv (\d+)\.(\d+)\.(\d+)/.exec(output);
  if (result?.exitCode !== 0 || !version) return false;
  const parts = version.slice(1, 4).map(Number);
  const differs = parts.findIndex((part, index) => part !== oldestVersion[index]);
  return differs === -1 || parts[differs]! > oldestVersion[differs]!;
}

/** Undefined on success, else the last line that pip or the system said. */
async function fetchWithPip(
  python: string,
  target: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const requirements = path.join(target, "requirements.txt");
  const hashes = uvHashes.map((sha256) => `--hash=sha256:${sha256}`);
  const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  try {
    await writeFile(requirements, [`uv==${uvVersion}`, ...hashes].join(" "));
    const { exitCode, tail } = await runChild(
      python,
      [
        ...args,
        "--only-binary",
        ":all:",
        "--upgrade",
        "--target",
        target,
        "--require-hashes",
        "-r",
        requirements,
      ],
      { signal, env: pipEnvironment() },
    );
    return exitCode === 0
      ? undefined
      : (tail.findLast((line) => line.trim()) ?? `pip exited with ${exitCode}`);
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
