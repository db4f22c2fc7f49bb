import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { release } from "node:os";
import path from "node:path";
import { formatBytes, TrainChainError } from "@trainchain/protocol";
import { freeBytesOf } from "@trainchain/protocol/node";
import { runChild } from "./child-process.ts";
import { ensureUv } from "./ensure-uv.ts";
import { type EnvironmentStamp, findStamp, pythonPath, writeStamp } from "./environment-stamp.ts";
import { createVenv, findPython } from "./find-python.ts";
import { withLock } from "./install-lock.ts";
import { type OnProgress, readUvProgress } from "./progress.ts";
import { proveEnvironment } from "./prove-environment.ts";
import { lockedRequirements, sha256OfPins, withAnyTorch } from "./requirements.ts";
import { assertSupportedSystem } from "./supported-system.ts";
import { needsTorchIndex } from "./torch-index.ts";
import { uvEnvironment } from "./uv-environment.ts";

/** The whole set with CUDA libraries takes 6.3 GiB once installed. */
const installedBytes = 7 * 1024 ** 3;

export interface EnsureEnvironmentOptions {
  /** The environment's folder, such as `.trainchain_env`; deleting it resets everything. */
  dir: string;
  /** Exact pins with hashes; `prove_environment.py` lies beside it. */
  requirementsPath: string;
  /** Where uv is kept when it has to be fetched; beside the environment by default. */
  uvCacheDir?: string;
  /** Free disk space asked for before anything is installed. */
  neededBytes?: number;
  onProgress?: OnProgress;
  /** Every line that uv says. */
  onLog?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * The training environment, installed and proved; silent and free of any Python start when that is done already.
 * An interrupted install is taken up where it stopped, a damaged one is repaired, and two processes never
 * install at once.
 *
 * @throws TrainChainError `hardware-insufficient` (disk) or `environment-broken`, with the last lines of uv.
 */
export async function ensureEnvironment(options: EnsureEnvironmentOptions): Promise<EnvironmentStamp> {
  const { requirementsPath, onProgress, signal } = options;
  const dir = path.resolve(options.dir);
  const present = await findStamp(dir, requirementsPath);
  if (present) return present;

  await mkdir(path.dirname(dir), { recursive: true });
  const onWait = (holder: string) =>
    onProgress?.({ phase: "waiting", message: `process ${holder} is installing into ${dir}` });
  return withLock(`${dir}.lock`, { signal, onWait }, async () => {
    const installedByAnother = await findStamp(dir, requirementsPath);
    return installedByAnother ?? install({ ...options, dir });
  });
}

async function install(options: EnsureEnvironmentOptions): Promise<EnvironmentStamp> {
  const { dir, requirementsPath, onProgress, signal } = options;
  const startedAt = performance.now();
  assertSupportedSystem(process.platform, release());
  const requirementsSha256 = await sha256OfPins(requirementsPath);
  const uvCacheDir = options.uvCacheDir ?? path.join(path.dirname(dir), ".toolchain", "uv");
  const uv = await ensureUv({ cacheDir: uvCacheDir, onProgress, signal });
  if (!(await pythonStarts(dir))) {
    await assertFreeDisk(dir, options.neededBytes ?? installedBytes);
    await createVenv(uv, await findPython(uv, signal), dir, signal);
  }
  await installPackages(uv, options, []);
  onProgress?.({ phase: "proving", message: "importing every package and training one step" });
  const proof = await proveEnvironment(dir, requirementsPath, signal).catch(async (error: unknown) => {
    signal?.throwIfAborted();
    // A process killed while it copied leaves a package that counts as installed but is not whole.
    onProgress?.({
      phase: "resolving",
      message: `repairing: ${error instanceof Error ? error.message : error}`,
    });
    await installPackages(uv, options, ["--reinstall"]);
    return proveEnvironment(dir, requirementsPath, signal);
  });
  const stamp = { requirementsSha256, ...proof };
  await writeStamp(dir, stamp);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  onProgress?.({ phase: "ready", message: `ready on ${proof.deviceName}`, device: proof.device, seconds });
  return stamp;
}

async function installPackages(
  uv: string,
  options: EnsureEnvironmentOptions,
  extra: string[],
): Promise<void> {
  const { dir, onProgress = () => {}, onLog, signal } = options;
  const args = ["pip", "install", "--no-config", "--python", pythonPath(dir), ...extra];
  const requirements = await pickRequirements(uv, args, options);
  const progress = readUvProgress(onProgress);
  onProgress({ phase: "resolving", message: "finding the packages for this machine" });
  const freeBefore = await freeBytes(dir);
  const ticker = setInterval(async () => progress.tick(freeBefore - (await freeBytes(dir))), 1000);
  try {
    const env = uvEnvironment();
    const {
      exitCode,
      signal: endedBy,
      tail,
    } = await runChild(uv, [...args, ...requirements], {
      env,
      signal,
      onStderr: (line) => {
        progress.line(line);
        onLog?.(line);
      },
    });
    signal?.throwIfAborted();
    if (exitCode === 0) return;
    if (endedBy)
      throw new TrainChainError("environment-broken", `the installer (uv) was ended by ${endedBy}`, {
        fix: "Try again: what was downloaded is kept. If it ends so again, the machine may be short of memory: close other programs.",
        facts: { dir, signal: endedBy, log: tail },
      });
    const reason = tail
      .filter((line) => /error|cause|hint/i.test(line))
      .map((line) => line.replace(/^\s*(error|cause|hint):\s*/i, ""))
      .slice(-4)
      .join(": ");
    throw new TrainChainError(
      "environment-broken",
      `the packages could not be installed: ${reason || tail.at(-1)}`,
      {
        fix: "Check the network and the free disk space, then try again: what was downloaded is kept.",
        facts: { dir, exitCode, log: tail },
      },
    );
  } finally {
    clearInterval(ticker);
  }
}

/**
 * What uv is asked for: everything as it is locked, except for a GPU that needs another build of torch. torch's own
 * index is an extra server, not reachable everywhere: then the locked one is taken, which runs without a GPU too.
 */
async function pickRequirements(
  uv: string,
  args: string[],
  { dir, requirementsPath, signal }: EnsureEnvironmentOptions,
): Promise<string[]> {
  const locked = lockedRequirements(requirementsPath);
  if (!(await needsTorchIndex())) return locked;
  const copy = await withAnyTorch(requirementsPath, dir);
  const forGpu = ["--torch-backend", "auto", "--requirements", copy];
  const env = { ...uvEnvironment(), UV_HTTP_RETRIES: "0", UV_HTTP_TIMEOUT: "10" };
  const { exitCode } = await runChild(uv, [...args, ...forGpu, "--dry-run"], { env, signal });
  signal?.throwIfAborted();
  return exitCode === 0 ? forGpu : locked;
}

async function pythonStarts(dir: string): Promise<boolean> {
  const python = pythonPath(dir);
  if (!existsSync(python)) return false;
  const result = await runChild(python, ["-c", "import ssl, ctypes"]).catch(() => undefined);
  return result?.exitCode === 0;
}

const freeBytes = (dir: string) => freeBytesOf(existsSync(dir) ? dir : path.dirname(dir));

async function assertFreeDisk(dir: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(dir);
  if (free >= neededBytes) return;
  throw new TrainChainError(
    "hardware-insufficient",
    `${dir} has ${formatBytes(free)} free; the training environment needs ${formatBytes(neededBytes)}`,
    {
      fix: "Free some space, or set TRAINCHAIN_ENV_DIR to a folder on a larger disk.",
      facts: { free, neededBytes },
    },
  );
}
