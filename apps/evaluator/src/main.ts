import { once } from "node:events";
import { createLogger, runProcess, serveMonitor } from "@trainchain/telemetry";
import { createEvaluator } from "./app.ts";
import { readEnv } from "./env.ts";

await runProcess(async (stopping) => {
  const env = readEnv();
  const log = createLogger({ name: "evaluator", level: env.LOG_LEVEL });
  const evaluator = createEvaluator(env, log);
  const stopMonitor = await serveMonitor(env, evaluator.monitor);
  await evaluator.listen();
  if (!stopping.aborted) await once(stopping, "abort");
  await evaluator.stop();
  await stopMonitor();
});
