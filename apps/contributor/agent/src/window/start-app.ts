import { homedir } from "node:os";
import { join } from "node:path";
import { isSea } from "node:sea";
import { toTrainChainError } from "@trainchain/protocol";
import { useProxies } from "@trainchain/protocol/node";
import { readAppEnv } from "../env.ts";
import { exitCodeOf } from "../terminal/headless.ts";
import { printFailure, printLine } from "../terminal/terminal.ts";
import { readAppFlags } from "./app-flags.ts";
import { runApp } from "./run-app.ts";
import type { ReadAsset } from "./server/screens.ts";

export interface AppPlaces {
  readAsset: ReadAsset;
  /** Where the trainer's scripts are, in or beside the app's folder; undefined for where the settings say. */
  trainerDir: (dataDir: string) => Promise<string | undefined>;
  /** Settings that this way of starting brings; the environment's own come before them. */
  env: Record<string, string>;
}

/** The app as its command line and environment want it, until a signal ends it. */
export async function startApp({ readAsset, trainerDir, env: brought }: AppPlaces): Promise<void> {
  try {
    useProxies();
    const { api, rpc, escrow, data, port, open } = readAppFlags(process.argv.slice(2));
    const given = { API_URL: api, RPC_URL: rpc, ESCROW_ADDRESS: escrow, TRAINCHAIN_APP_DIR: data };
    const env = readAppEnv(given, brought);
    const dataDir = env.TRAINCHAIN_APP_DIR ?? join(homedir(), ".trainchain", "app");
    const running = await runApp({
      version: "0.1.0",
      // What came by the environment may be a secret, such as a node's address with a key in it.
      command: commandOf({ api: env.API_URL, data: dataDir, rpc, escrow }),
      apiUrl: env.API_URL,
      rpcUrl: env.RPC_URL,
      escrow: env.ESCROW_ADDRESS,
      dataDir,
      envDir: env.TRAINCHAIN_ENV_DIR,
      modelDirs: env.TRAINCHAIN_MODELS,
      trainerDir: (await trainerDir(dataDir)) ?? env.TRAINCHAIN_TRAINER_DIR,
      uvCacheDir: env.TRAINCHAIN_UV_DIR,
      patience: { pollMs: env.AGENT_POLL_MS, relayMs: env.AGENT_RELAY_MS, retryMs: env.AGENT_RETRY_MS },
      benchmarkSeconds: env.AGENT_BENCHMARK_SECONDS,
      passphrase: env.TRAINCHAIN_KEYSTORE_PASSWORD,
      readAsset,
      port: Number(port),
      open,
      say: (line) => printLine("stderr", line),
    });
    const stop = () => void running?.close().then(() => process.exit(0));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  } catch (error) {
    printFailure(toTrainChainError(error), false);
    process.exitCode = exitCodeOf(error);
  }
}

/** The command line of this launch, without its window. */
function commandOf(flags: Record<string, string | undefined>): string[] {
  const given = Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  const script = isSea() ? [] : [process.argv[1] ?? ""];
  return [process.execPath, ...script, "--no-open", ...given];
}
