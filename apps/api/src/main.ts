import { once } from "node:events";
import { untilChainId } from "@trainchain/chain";
import {
  findSealingSecret,
  keepBeating,
  pause,
  untilModelsKnown,
  untilPlatform,
  untilSealingSecret,
} from "@trainchain/db";
import { keyRingOnce } from "@trainchain/storage";
import { runProcess, serveMonitor } from "@trainchain/telemetry";
import { createApp } from "./app.ts";
import { buildDeps } from "./build-deps.ts";
import { startCleanUp } from "./clean-up.ts";
import { readEnv } from "./env.ts";
import { serveApp } from "./http/serve-app.ts";
import { assertReady } from "./monitoring/assert-ready.ts";
import { createAssertServing, createSaying } from "./monitoring/assert-serving.ts";

const comparedWithinMs = 1_000;

await runProcess(async (stopping) => {
  const env = readEnv();
  const built = await buildDeps(env);
  const { connection, keyRing, logger } = built;
  // What is sealed by a key of another secret than the worker's could never be opened.
  const fingerprint = await keyRing.fingerprint();
  const proved = untilSealingSecret(() => findSealingSecret(connection.db), fingerprint, stopping);
  const deps = { ...built, keyRing: keyRingOnce(proved, keyRing) };
  const own = { chainId: env.CHAIN_ID, escrow: env.ESCROW_ADDRESS, aggregator: env.AGGREGATOR_ADDRESS };
  const compared = Promise.all([
    untilPlatform(connection.db, own, stopping),
    untilModelsKnown(connection.db, built.platform, stopping),
  ]);
  // Where all is well that takes no time; where the database is away, or no worker was here yet, nobody is kept waiting.
  await Promise.race([compared, pause(comparedWithinMs, stopping)]);
  const stopCleanUp = startCleanUp(deps);
  const ready = () => assertReady(deps);
  const stopMonitor = await serveMonitor(env, { registry: deps.metrics.registry, assertReady: ready });

  const at = { hostname: env.HOST, port: env.PORT };
  const { server, address } = await serveApp(createApp(deps).fetch, at, deps.limits.connections);
  const beating = keepBeating(deps.connection.db, "api", {
    assertReady: createAssertServing(deps),
    says: createSaying(deps),
    signal: stopping,
  });
  logger.info({ ...address, escrow: env.ESCROW_ADDRESS, chainId: env.CHAIN_ID }, "api listens");
  // It serves what is in the database while the node is away, but neither for another chain or escrow than its callers sign
  // for nor with keys that open nothing.
  const onAway = () => logger.warn("the chain's node does not answer; trying again");
  await Promise.all([untilChainId(deps.chain, env.CHAIN_ID, { signal: stopping, onAway }), proved, compared]);
  if (!stopping.aborted) await once(stopping, "abort");

  logger.info("api stops");
  stopCleanUp();
  await stopMonitor();
  const closed = new Promise((resolve) => server.close(resolve));
  // Event streams never end by themselves; everything else gets a moment to finish.
  const timer = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), 3_000);
  await closed;
  clearTimeout(timer);
  await beating;
  await deps.close();
});
