import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isModelPath } from "@trainchain/protocol";
import { roles, startProcess, testPrivateKey, testWallet } from "@trainchain/testing";
import type { Progress } from "./progress.ts";

const agentScript = fileURLToPath(new URL("../../apps/contributor/agent/src/main.ts", import.meta.url));

/** The test wallets of the demo's contributors, in the order of their agents. */
export function contributorWallets(count: number) {
  return Array.from({ length: count }, (_, index) => testWallet(roles.firstContributor + index));
}

/**
 * Starts one agent a contributor, each its own process with its own folder, wallet and delegate key, and tells
 * what they do. `finished` resolves when all have been paid and fails with the log of one that gave up.
 */
export async function startContributors(
  count: number,
  settings: {
    apiUrl: string;
    rpcUrl: string;
    jobId: bigint;
    dataDir: string;
    envDir: string;
    /** The base model as the platform was given it; an image job has none. */
    model?: string;
    logDir: string;
  },
  progress: Progress,
) {
  const cores = Math.max(1, Math.floor(cpus().length / count));
  const agents = await Promise.all(
    contributorWallets(count).map((_, index) =>
      startProcess({
        name: `contributor-${index + 1}`,
        script: agentScript,
        args: ["--jobs", String(settings.jobId), "--once", "--cores", String(cores)],
        env: {
          API_URL: settings.apiUrl,
          RPC_URL: settings.rpcUrl,
          WALLET_PRIVATE_KEY: testPrivateKey(roles.firstContributor + index),
          TRAINCHAIN_KEYSTORE_PASSWORD: `demo-${index}`,
          TRAINCHAIN_AGENT_DIR: join(settings.dataDir, `contributor-${index + 1}`),
          TRAINCHAIN_ENV_DIR: settings.envDir,
          ...(settings.model && isModelPath(settings.model) ? { TRAINCHAIN_MODELS: settings.model } : {}),
          AGENT_POLL_MS: "300",
          // All of them measure the same cores at once: a long measurement would say no more.
          AGENT_BENCHMARK_SECONDS: "5",
        },
        logFile: join(settings.logDir, `contributor-${index + 1}.log`),
        onLine: (line) => progress.note(`  contributor ${index + 1} │ ${line}`),
      }),
    ),
  );
  const finished = Promise.all(
    agents.map(async (agent) => {
      const code = await agent.exited;
      if (code !== 0) throw new Error(`${agent.name} ended with ${code}:\n${await agent.lastLines()}`);
    }),
  );
  finished.catch(() => undefined);
  return {
    finished,
    stop: async () => {
      await Promise.all(agents.map((agent) => agent.stop()));
    },
  };
}
