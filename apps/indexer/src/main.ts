import { connect } from "@trainchain/db";
import { toTrainChainError } from "@trainchain/protocol";
import { pino } from "pino";
import { createIndexer } from "./app.ts";
import { readEnv } from "./env.ts";
import { reindex } from "./reindex.ts";
import { runIndexer } from "./run-indexer.ts";

try {
  const env = readEnv(process.env);
  const log = pino({ level: env.LOG_LEVEL, name: "indexer" });
  const connection = connect(env.DATABASE_URL, { statementTimeoutMs: 120_000 });
  const follower = createIndexer(env, connection, log);
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

  if (process.argv.includes("--reindex")) await reindex(connection.db, follower);
  else
    await runIndexer({
      follower,
      sql: connection.sql,
      chainId: env.CHAIN_ID,
      pollIntervalMs: env.POLL_INTERVAL_MS,
      log,
      signal: stopping.signal,
    });
  await connection.close();
} catch (error) {
  const { code, message, fix } = toTrainChainError(error);
  process.stderr.write(`${JSON.stringify({ level: "fatal", code, message, fix })}\n`);
  process.exitCode = 1;
}
