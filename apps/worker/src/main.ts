import { connect } from "@trainchain/db";
import { createLogger, reportFatal, serveMonitor } from "@trainchain/telemetry";
import { createWorker } from "./app.ts";
import { readEnv } from "./env.ts";

try {
  const env = readEnv(process.env);
  const log = createLogger({ name: "worker", level: env.LOG_LEVEL });
  const connection = connect(env.DATABASE_URL, { poolSize: 10 + 2 * env.CONCURRENCY });
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  const worker = createWorker(env, connection, log);
  const stopMonitor = await serveMonitor(env, worker.monitor);
  await worker.run(stopping.signal);
  await stopMonitor();
  await connection.close();
} catch (error) {
  reportFatal(error);
}
