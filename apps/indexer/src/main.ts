import { assertPlatform, connect, findPlatform, keepBeating, untilPlatform } from "@trainchain/db";
import { createLogger, createPulse, runProcess, serveMonitor } from "@trainchain/telemetry";
import { createIndexer } from "./app.ts";
import { readEnv } from "./env.ts";
import { createIndexerMonitor } from "./monitoring.ts";
import { reindex } from "./reindex.ts";
import { runIndexer } from "./run-indexer.ts";

await runProcess(async (stopping) => {
  const env = readEnv();
  const log = createLogger({ name: "indexer", level: env.LOG_LEVEL });
  const connection = connect(env.DATABASE_URL, { statementTimeoutMs: 120_000 });
  const follower = createIndexer(env, connection, log);

  const own = { chainId: env.CHAIN_ID, escrow: env.ESCROW_ADDRESS, aggregator: env.AGGREGATOR_ADDRESS };
  const compare = async () => assertPlatform(await findPlatform(connection.db), own);

  if (process.argv.includes("--reindex")) {
    await compare();
    await reindex(connection.db, follower);
  } else {
    const pulse = createPulse();
    const monitor = createIndexerMonitor(env, connection, pulse);
    const stopMonitor = await serveMonitor(env, monitor);
    const { assertReady } = monitor;
    const beating = keepBeating(connection.db, "indexer", { assertReady, signal: stopping });
    const following = runIndexer({
      follower,
      connection,
      chainId: env.CHAIN_ID,
      pollIntervalMs: env.POLL_INTERVAL_MS,
      log,
      assertPlatform: compare,
      signal: stopping,
      onBeat: pulse.follow("the indexer", 60_000),
    });
    // A worker may come later than its indexer, with settings of its own.
    await Promise.all([following, untilPlatform(connection.db, own, stopping)]);
    await beating;
    await stopMonitor();
  }
  await connection.close();
});
