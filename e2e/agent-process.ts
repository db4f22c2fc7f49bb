import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningProcess, startProcess, testPrivateKey } from "@trainchain/testing";
import type { LocalWorld } from "@trainchain/testing/local-world";

const root = fileURLToPath(new URL("..", import.meta.url));

export const toyModel = join(root, "trainer", "toy-model");

/** One line that an agent prints with --json. */
export interface AgentLine {
  event: string;
  state?: string;
  now?: string;
  facts?: Record<string, unknown>;
  trainer?: { event: string; step?: number };
}

/** An agent as its own process, with every line that it prints. */
export async function startAgent(
  world: LocalWorld,
  wallet: number,
  args: string[],
  onLine: (line: AgentLine, agent: () => RunningProcess) => void = () => undefined,
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
      TRAINCHAIN_ENV_DIR: process.env.TRAINCHAIN_ENV_DIR ?? join(root, ".trainchain_env"),
      AGENT_POLL_MS: "200",
      AGENT_RETRY_MS: "200",
      AGENT_BENCHMARK_SECONDS: "2",
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
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === agentPid);
  for (const pid of children) process.kill(Number(pid), "SIGKILL");
  return children.length;
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
