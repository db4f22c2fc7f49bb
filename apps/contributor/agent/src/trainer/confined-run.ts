import { homedir } from "node:os";
import { join } from "node:path";
import { hubEnv } from "../env.ts";

export interface ConfinedRun {
  scriptDir: string;
  script: string;
  args: string[];
  gatewayUrl: string;
  workDir: string;
  /** Whether the base model may have to be fetched from its hub; a model on this machine needs nobody. */
  needsHub: boolean;
}

/**
 * How a trainer is started: on Linux by confined.py, which gives up what a trainer has no use for (writing outside
 * of its work folder and the caches, connecting elsewhere than to its gateway and the model hub). Elsewhere no user
 * can take such rights from a program of theirs, and the script runs as it is.
 */
export function confinedRun(run: ConfinedRun): { script: string; args: string[] } {
  if (process.platform !== "linux") return { script: join(run.scriptDir, run.script), args: run.args };
  const options = [
    ...[run.workDir, ...caches()].flatMap((folder) => ["--write", folder]),
    ...portsOf(run).flatMap((port) => ["--connect", String(port)]),
  ];
  return { script: join(run.scriptDir, "confined.py"), args: [...options, run.script, ...run.args] };
}

/** Where models, kernels and settings of the packages are kept. */
function caches(): string[] {
  return [...[".cache", ".triton", ".nv"].map((name) => join(homedir(), name)), ...hubEnv().caches];
}

/** The gateway's, and those by which the hub is reached: its own, or a proxy's. */
function portsOf({ gatewayUrl, needsHub }: ConfinedRun): number[] {
  if (!needsHub) return [portOf(gatewayUrl)];
  const ways = hubEnv().ways.filter((url) => URL.canParse(url));
  return [...new Set([gatewayUrl, "https://huggingface.co", ...ways].map(portOf))];
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
}
