import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningProcess, startProcess, testPrivateKey } from "@trainchain/testing";
import type { LocalWorld } from "@trainchain/testing/local-world";
import { pythonEnvDir } from "../scripts/env.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export const toyModel = join(root, "trainer", "toy-model");

/** One line that an agent prints with --json. */
export interface AgentLine {
  event: string;
  jobId?: string;
  state?: string;
  now?: string;
  facts?: Record<string, unknown>;
  trainer?: { event: string; step?: number };
  next?: string;
  code?: string;
  message?: string;
  fix?: string;
}

/** An agent as its own process, with every line that it prints; `env` goes before its usual settings. */
export async function startAgent(
  world: Pick<LocalWorld, "apiUrl" | "dataDir" | "logDir">,
  wallet: number,
  args: string[],
  onLine: (line: AgentLine, agent: () => RunningProcess) => void = () => undefined,
  env: Record<string, string> = {},
): Promise<RunningProcess> {
  let agent: RunningProcess | undefined;
  agent = await startProcess({
    name: `agent-${wallet}`,
    script: join(root, "apps", "contributor", "agent", "src", "main.ts"),
    args: ["--json", ...args],
    env: {
      API_URL: world.apiUrl,
      WALLET_PRIVATE_KEY: testPrivateKey(wallet),
      TRAINCHAIN_AGENT_DIR: join(world.dataDir, `agent-${wallet}`),
      TRAINCHAIN_ENV_DIR: pythonEnvDir,
      AGENT_POLL_MS: "200",
      AGENT_RETRY_MS: "200",
      AGENT_BENCHMARK_SECONDS: "0.5",
      ...env,
    },
    logFile: join(world.logDir, `agent-${wallet}.log`),
    onLine: (line) => {
      if (agent && line.startsWith("{")) onLine(JSON.parse(line) as AgentLine, () => agent as RunningProcess);
    },
  });
  return agent;
}

/** Ends the trainer that an agent started, the way the system's out-of-memory killer would. */
export function killTrainerOf(agentPid: number): number {
  const trainers = trainersOf(agentPid);
  for (const pid of trainers) process.kill(pid, "SIGKILL");
  return trainers.length;
}

/** The trainers that an agent has running now. */
export function trainersOf(agentPid: number): number[] {
  return childrenOf(agentPid, /\/python[^/]*\0/);
}

/** The programs that a process has started and whose command line, each part ended by a zero, is like that. */
export function childrenOf(parent: number, commandLine: RegExp): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent && isLike(name, commandLine))
    .map(Number);
}

function isLike(pid: string, commandLine: RegExp): boolean {
  try {
    return commandLine.test(readFileSync(`/proc/${pid}/cmdline`, "latin1"));
  } catch {
    return false;
  }
}

function parentOf(pid: string): number | undefined {
  try {
    // "pid (name) state parent …"; the name may hold spaces, so what follows its last bracket counts.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** Runs a command of the CLI and returns the JSON document that it prints. */
export async function runCli<Result>(world: LocalWorld, wallet: number, args: string[]): Promise<Result> {
  const lines: string[] = [];
  const cli = await startProcess({
    name: `trainchain ${args[0]} ${args[1]}`,
    script: join(root, "apps", "cli", "src", "main.ts"),
    args: [...args, "--json"],
    env: { API_URL: world.apiUrl, WALLET_PRIVATE_KEY: testPrivateKey(wallet) },
    logFile: join(world.logDir, "cli.log"),
    onLine: (line) => lines.push(line),
  });
  const code = await cli.exited;
  if (code !== 0) throw new Error(`trainchain ${args.join(" ")} ended with ${code}: ${lines.join("\n")}`);
  return JSON.parse(lines.join("\n")) as Result;
}
