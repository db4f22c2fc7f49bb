import { serveMonitor } from "@trainchain/telemetry";
import { createApp } from "./app.ts";
import { buildDeps } from "./build-deps.ts";
import { startCleanUp } from "./clean-up.ts";
import { readEnv } from "./env.ts";
import { serveApp } from "./http/serve-app.ts";
import { assertReady } from "./monitoring/assert-ready.ts";

const env = readEnv(process.env);
const deps = await buildDeps(env);
const { logger } = deps;
const stopCleanUp = startCleanUp(deps);
const stopMonitor = await serveMonitor(env, {
  registry: deps.metrics.registry,
  assertReady: () => assertReady(deps),
});

const at = { hostname: env.HOST, port: env.PORT };
const { server, address } = await serveApp(createApp(deps).fetch, at, deps.limits.connections);
logger.info({ ...address, escrow: env.ESCROW_ADDRESS, chainId: env.CHAIN_ID }, "api listens");

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, "api stops");
  stopCleanUp();
  await stopMonitor();
  const closed = new Promise((resolve) => server.close(resolve));
  // Event streams never end by themselves; everything else gets a moment to finish.
  const timer = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), 3_000);
  await closed;
  clearTimeout(timer);
  await deps.close();
}

process.once("SIGTERM", () => void stop("SIGTERM"));
process.once("SIGINT", () => void stop("SIGINT"));
