import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { sha256OfPins } from "./requirements.ts";

/** Written last, after the environment has proved itself: its presence is what "installed" means. */
export interface EnvironmentStamp {
  /** Of the versions that were asked for. */
  requirementsSha256: string;
  python: string;
  /** Versions of the packages that decide what a run computes. */
  versions: Record<string, string>;
  /** What the proving step ran on: "cpu", "cuda" or "mps". */
  device: string;
  deviceName: string;
}

const stampName = "trainchain-environment.json";

/** The environment's interpreter. */
export function pythonPath(dir: string): string {
  return process.platform === "win32"
    ? path.join(dir, "Scripts", "python.exe")
    : path.join(dir, "bin", "python");
}

/** The stamp of an installed environment that fits the requirements, without starting Python; else undefined. */
export async function findStamp(
  dir: string,
  requirementsPath: string,
): Promise<EnvironmentStamp | undefined> {
  if (!existsSync(pythonPath(dir))) return undefined;
  try {
    const stamp = JSON.parse(await readFile(path.join(dir, stampName), "utf8")) as EnvironmentStamp;
    return stamp.requirementsSha256 === (await sha256OfPins(requirementsPath)) ? stamp : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the next start prove the environment again, and repair it where that fails. */
export async function forgetStamp(dir: string): Promise<void> {
  await rm(path.join(dir, stampName), { force: true });
}

/** Whether the folder is a Python environment, and not something else that must not be deleted. */
export function isEnvironment(dir: string): boolean {
  return existsSync(path.join(dir, "pyvenv.cfg"));
}

/** Appears whole or not at all. */
export async function writeStamp(dir: string, stamp: EnvironmentStamp): Promise<void> {
  const file = path.join(dir, stampName);
  await writeFile(`${file}.new`, `${JSON.stringify(stamp, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
