import { connect } from "@trainchain/db";
import { createLogger, runProcess, serveMonitor } from "@trainchain/telemetry";
import { createWorker } from "./app.ts";
import { readEnv } from "./env.ts";

await runProcess(async (stopping) => {
  const env = readEnv();
  const log = createLogger({ name: "worker", level: env.LOG_LEVEL });
  const connection = connect(env.DATABASE_URL, { poolSize: 10 + 2 * env.CONCURRENCY });
  const worker = createWorker(env, connection, log);
  const stopMonitor = await serveMonitor(env, worker.monitor);
  await worker.run(stopping);
  await stopMonitor();
  await connection.close();
});
