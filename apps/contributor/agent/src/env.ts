import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TrainChainError } from "@trainchain/protocol";
import { z } from "zod";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

const milliseconds = z.coerce.number().int().min(1);

const envSchema = z.object({
  API_URL: z.url(),
  RPC_URL: z.url().optional(),
  WALLET_PRIVATE_KEY: z.string().optional(),
  TRAINCHAIN_KEYSTORE_PASSWORD: z.string().optional(),
  TRAINCHAIN_AGENT_DIR: z.string().default(join(homedir(), ".trainchain", "agent")),
  TRAINCHAIN_ENV_DIR: z.string().default(join(root, ".trainchain_env")),
  TRAINCHAIN_TRAINER_DIR: z.string().default(join(root, "trainer")),
  AGENT_POLL_MS: milliseconds.default(3_000),
  AGENT_RELAY_MS: milliseconds.default(120_000),
  AGENT_RETRY_MS: milliseconds.default(1_000),
});

export type AgentEnv = z.infer<typeof envSchema>;

/** The agent's settings, with command-line values over the environment's; names everything that is missing or wrong. */
export function readEnv(env: Record<string, string | undefined>): AgentEnv {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = envSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new TrainChainError(
    "configuration-invalid",
    `settings are missing or wrong: ${problems.join("; ")}`,
    {
      fix: "Set them in the environment (API_URL also as --api URL).",
    },
  );
}
