import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toTrainChainError } from "@trainchain/protocol";
import { readAppEnv } from "../env.ts";
import { exitCodeOf } from "../headless.ts";
import { readFrom } from "../server/screens.ts";
import { readAppFlags } from "./app-flags.ts";
import { runApp } from "./run-app.ts";

/** The built screens; `npm run contributor` builds them first. */
const screens = fileURLToPath(new URL("../../../ui/dist", import.meta.url));

try {
  const { api, rpc, data, port, open } = readAppFlags(process.argv.slice(2));
  const given = { API_URL: api, RPC_URL: rpc, TRAINCHAIN_APP_DIR: data };
  const env = readAppEnv({
    ...process.env,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)),
  });
  const running = await runApp({
    version: "0.1.0",
    apiUrl: env.API_URL,
    rpcUrl: env.RPC_URL,
    dataDir: env.TRAINCHAIN_APP_DIR ?? join(homedir(), ".trainchain", "app"),
    envDir: env.TRAINCHAIN_ENV_DIR,
    trainerDir: env.TRAINCHAIN_TRAINER_DIR,
    uvCacheDir: env.TRAINCHAIN_UV_DIR,
    patience: { pollMs: env.AGENT_POLL_MS, relayMs: env.AGENT_RELAY_MS, retryMs: env.AGENT_RETRY_MS },
    benchmarkSeconds: env.AGENT_BENCHMARK_SECONDS,
    passphrase: env.TRAINCHAIN_KEYSTORE_PASSWORD,
    readAsset: readFrom(env.TRAINCHAIN_SCREENS_DIR ?? screens),
    port: Number(port),
    open,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const stop = () => void running?.close().then(() => process.exit(0));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
} catch (error) {
  const { message, fix } = toTrainChainError(error);
  process.stderr.write(`✗ ${message}\n${fix ? `  ${fix}\n` : ""}`);
  process.exitCode = exitCodeOf(error);
}
