import { once } from "node:events";
import { createLogger, reportFatal, serveMonitor } from "@trainchain/telemetry";
import { createEvaluator } from "./app.ts";
import { readEnv } from "./env.ts";

try {
  const env = readEnv(process.env);
  const log = createLogger({ name: "evaluator", level: env.LOG_LEVEL });
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  const evaluator = createEvaluator(env, log);
  const stopMonitor = await serveMonitor(env, evaluator.monitor);
  await evaluator.listen();
  if (!stopping.signal.aborted) await once(stopping.signal, "abort");
  await evaluator.stop();
  await stopMonitor();
} catch (error) {
  reportFatal(error);
}
