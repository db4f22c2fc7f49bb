import { parseEnvironment } from "@trainchain/protocol";
import { processEnvSchema } from "@trainchain/telemetry";
import { z } from "zod";

/** The evaluator's settings. None of them is a secret, and none may become one. */
export const envSchema = z
  .object({
    EVALUATOR_SOCKET: z.string().startsWith("/", "expected an absolute path"),
    TRAINCHAIN_ENV_DIR: z.string().min(1),
    EVALUATOR_RUNS: z.coerce
      .number()
      .int()
      .positive()
      .default(2)
      .describe("Scripts that the evaluator runs at once; more wait"),
  })
  .extend(processEnvSchema.shape);

export type Env = z.infer<typeof envSchema>;

/** The settings of the process; one error names everything that is missing or wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  return parseEnvironment(envSchema, source, "evaluator");
}
