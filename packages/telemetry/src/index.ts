export { Counter, Gauge, Histogram, Registry } from "prom-client";
export * from "./create-logger.ts";
export * from "./create-metrics.ts";
export * from "./monitor-env.ts";
export * from "./report-fatal.ts";
export * from "./secrets.ts";
export * from "./serve-monitor.ts";
export * from "./trace.ts";
