import { z } from "zod";

/** The variables of the monitoring port, which every process has; without a port there is none. */
export const monitorEnvSchema = z.object({
  /** Port of /healthz, /readyz and /metrics; not set: none of them. */
  MONITOR_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** It tells more than strangers should know: open it to nobody but Prometheus. */
  MONITOR_HOST: z.string().default("127.0.0.1"),
});

export type MonitorEnv = z.infer<typeof monitorEnvSchema>;
