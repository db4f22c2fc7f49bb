import { readFile } from "node:fs/promises";
import { openWallet } from "@trainchain/keystore";
import { describeUnknown, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { useProxies } from "@trainchain/protocol/node";
import { readEnv } from "./env.ts";
import { createAgent } from "./jobs/create-agent.ts";
import { exitCodeOf, runHeadless } from "./terminal/headless.ts";
import { type AgentFlags, readFlags } from "./terminal/options.ts";
import { printEvents } from "./terminal/print-events.ts";
import { printFailure, printLine } from "./terminal/terminal.ts";

const flags = readFlags(process.argv.slice(2));
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interrupted.abort(name));

try {
  useProxies();
  await main(flags, interrupted.signal);
} catch (error) {
  if (interrupted.signal.aborted) process.exitCode = 130;
  else {
    printFailure(toTrainChainError(error), flags.json);
    process.exitCode = exitCodeOf(error);
  }
}

async function main(
  { api, rpc, escrow, data, keystore, json, device, cores, maxBond, permit, ...wanted }: AgentFlags,
  signal: AbortSignal,
) {
  const given = { API_URL: api, RPC_URL: rpc, ESCROW_ADDRESS: escrow, TRAINCHAIN_AGENT_DIR: data };
  const env = readEnv(given);
  const { account, passphrase } = await openWallet({
    keystore,
    privateKey: env.WALLET_PRIVATE_KEY,
    passphrase: env.TRAINCHAIN_KEYSTORE_PASSWORD,
  });
  const agent = await createAgent({
    apiUrl: env.API_URL,
    rpcUrl: env.RPC_URL,
    escrow: env.ESCROW_ADDRESS,
    dataDir: env.TRAINCHAIN_AGENT_DIR,
    wallet: account,
    passphrase,
    trainer: {
      envDir: env.TRAINCHAIN_ENV_DIR,
      scriptDir: env.TRAINCHAIN_TRAINER_DIR,
      modelDirs: env.TRAINCHAIN_MODELS,
      device,
      cores,
      maxCrashes: 5,
    },
    mostBondPercent: maxBond,
    benchmarkSeconds: env.AGENT_BENCHMARK_SECONDS,
    patience: { pollMs: env.AGENT_POLL_MS, relayMs: env.AGENT_RELAY_MS, retryMs: env.AGENT_RETRY_MS },
  });
  signal.addEventListener("abort", () => void agent.close());
  const print = printEvents({ json, write: (line) => printLine("stdout", line) });
  agent.subscribe(print);
  try {
    printLine(
      "stderr",
      `wallet ${agent.wallet}, delegate ${agent.delegate}, folder ${env.TRAINCHAIN_AGENT_DIR}`,
    );
    for (const file of permit) await agent.permits.keep(await readPermitFile(file));
    await agent.prepare();
    await runHeadless(
      agent,
      {
        jobs: wanted.jobs,
        auto: wanted.auto,
        once: wanted.once,
        rule: {
          kinds: wanted.kinds,
          minRewardWei: wanted.minReward ?? 0n,
          minPerHourWei: wanted.minPerHour ?? 0n,
          mostBondPercent: maxBond,
          hours: wanted.hours ?? null,
        },
        onUnknown: (jobs) => printLine("stderr", describeUnknown(jobs)),
        onPassedOver: (jobId, why) => print({ type: "log", jobId, line: `Passed over. ${why}` }),
        pollMs: env.AGENT_POLL_MS,
      },
      signal,
    );
  } finally {
    await agent.close();
  }
}

async function readPermitFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new TrainChainError("invalid-input", `the permit ${file} cannot be read`, {
      fix: "Name the file that its requester's `trainchain job permit` wrote.",
      cause,
    });
  }
}
