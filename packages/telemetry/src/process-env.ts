import { z } from "zod";

/** The variables that every process of the platform has. */
export const processEnvSchema = z.object({
  MONITOR_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe("Port of /healthz, /readyz and /metrics; not set: none of them"),
  MONITOR_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("It tells more than strangers should know: open it to nobody but Prometheus"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("What is logged"),
});

export type ProcessEnv = z.infer<typeof processEnvSchema>;
