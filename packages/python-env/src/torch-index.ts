import { existsSync } from "node:fs";
import { runChild } from "./child-process.ts";

/** The oldest driver of NVIDIA's that runs CUDA 13, for which the package registry's torch is built on Linux. */
const cuda13Driver = 580;

/**
 * Whether this machine has a GPU that the package registry's torch does not drive, so that a build from torch's own
 * index is needed: on Windows any (the registry's knows the CPU only), on Linux AMD's and those with an older driver.
 */
export async function needsTorchIndex(): Promise<boolean> {
  if (process.platform === "darwin") return false;
  const driver = await nvidiaDriver();
  if (process.platform === "win32") return driver !== undefined;
  return existsSync("/dev/kfd") || (driver !== undefined && driver < cuda13Driver);
}

/** The major version of NVIDIA's driver; undefined where there is none. */
async function nvidiaDriver(): Promise<number | undefined> {
  let said = "";
  const onStdout = (line: string) => {
    said ||= line;
  };
  await runChild("nvidia-smi", ["--query-gpu=driver_version", "--format=csv,noheader"], { onStdout }).catch(
    () => undefined,
  );
  return /^\d+/.test(said) ? Number.parseInt(said, 10) : undefined;
}
