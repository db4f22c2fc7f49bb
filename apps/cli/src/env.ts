import { parseEnvironment } from "@trainchain/protocol";
import { z } from "zod";

/** The settings of a user's commands. */
export const envSchema = z.object({
  API_URL: z.url().default("http://127.0.0.1:4000"),
  RPC_URL: z.url().optional(),
  /** The hub that hf:// names datasets of. */
  HF_ENDPOINT: z.url().default("https://huggingface.co"),
  HF_TOKEN: z.string().optional(),
  /** The trainer's Python environment. */
  TRAINCHAIN_ENV_DIR: z.string().optional(),
  WALLET_PRIVATE_KEY: z.string().optional(),
  TRAINCHAIN_KEYSTORE_PASSWORD: z.string().optional(),
});

export type CliEnv = z.infer<typeof envSchema>;

/** The environment's settings; one error names everything that is wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): CliEnv {
  return parseEnvironment(envSchema, source, "trainchain");
}
