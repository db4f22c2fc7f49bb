import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addressSchema, parseEnvironment } from "@trainchain/protocol";
import { z } from "zod";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

const milliseconds = z.coerce.number().int().min(1);

/** The agent's settings. */
export const envSchema = z.object({
  API_URL: z.url(),
  RPC_URL: z.url().optional(),
  /** The only contract to work with; by default that which the platform named first. */
  ESCROW_ADDRESS: addressSchema.optional(),
  WALLET_PRIVATE_KEY: z.string().optional(),
  TRAINCHAIN_KEYSTORE_PASSWORD: z.string().optional(),
  TRAINCHAIN_AGENT_DIR: z.string().default(join(homedir(), ".trainchain", "agent")),
  TRAINCHAIN_ENV_DIR: z.string().default(join(root, ".trainchain_env")),
  TRAINCHAIN_TRAINER_DIR: z.string().default(join(root, "trainer")),
  /** Folders of base models on this machine that no hub has, comma separated. */
  TRAINCHAIN_MODELS: z
    .string()
    .default("")
    .transform((text) => text.split(",").flatMap((folder) => folder.trim() || [])),
  AGENT_POLL_MS: milliseconds.default(3_000),
  AGENT_RELAY_MS: milliseconds.default(120_000),
  AGENT_RETRY_MS: milliseconds.default(1_000),
  /** How long the preflight measures the machine's speed. */
  AGENT_BENCHMARK_SECONDS: z.coerce.number().positive().max(600).default(30),
});

/** The settings of the app with a window. */
export const appEnvSchema = envSchema.omit({ WALLET_PRIVATE_KEY: true, TRAINCHAIN_AGENT_DIR: true }).extend({
  API_URL: z.url().default("http://127.0.0.1:4000"),
  TRAINCHAIN_APP_DIR: z.string().optional(),
  /** Where uv is kept; beside the environment by default. */
  TRAINCHAIN_UV_DIR: z.string().optional(),
});

export type AgentEnv = z.infer<typeof envSchema>;

/** The agent's settings, with command-line values over the environment's; names everything that is missing or wrong. */
export function readEnv(env: Record<string, string | undefined>): AgentEnv {
  return parseEnvironment(envSchema, env, "agent");
}

/** The settings of the app with a window; it has no wallet key. */
export function readAppEnv(env: Record<string, string | undefined>): z.infer<typeof appEnvSchema> {
  return parseEnvironment(appEnvSchema, env, "contributor");
}
