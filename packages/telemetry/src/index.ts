export { Counter, Gauge, Histogram, Registry } from "prom-client";
export * from "./create-logger.ts";
export * from "./create-metrics.ts";
export * from "./process-env.ts";
export * from "./pulse.ts";
export * from "./run-process.ts";
export * from "./secrets.ts";
export * from "./serve-monitor.ts";
export * from "./trace.ts";
