import { connect } from "@trainchain/db";
import { toTrainChainError } from "@trainchain/protocol";
import { pino } from "pino";
import { createWorker } from "./app.ts";
import { readEnv } from "./env.ts";

try {
  const env = readEnv(process.env);
  const log = pino({ level: env.LOG_LEVEL, name: "worker" });
  const connection = connect(env.DATABASE_URL, { poolSize: 10 + 2 * env.CONCURRENCY });
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  await createWorker(env, connection, log).run(stopping.signal);
  await connection.close();
} catch (error) {
  const { code, message, fix } = toTrainChainError(error);
  process.stderr.write(`${JSON.stringify({ level: "fatal", code, message, fix })}\n`);
  process.exitCode = 1;
}
