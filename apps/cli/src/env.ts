import { parseEnvironment } from "@trainchain/protocol";
import { z } from "zod";

/** The settings of a user's commands. */
export const envSchema = z.object({
  API_URL: z.url().default("http://127.0.0.1:4000").meta({
    description: "The platform that a command or an agent talks to",
    example: "https://api.example.org",
  }),
  RPC_URL: z.url().optional(),
  HF_ENDPOINT: z
    .url()
    .default("https://huggingface.co")
    .describe("The hub that a dataset named hf://owner/name is fetched from, and results are exported to"),
  HF_TOKEN: z
    .string()
    .optional()
    .describe("Token of that hub, for datasets that ask for one and for exports"),
  TRAINCHAIN_ENV_DIR: z.string().optional().describe("The trainer's Python environment"),
  WALLET_PRIVATE_KEY: z.string().optional().describe("The wallet that signs; rather use --keystore FILE"),
  TRAINCHAIN_KEYSTORE_PASSWORD: z
    .string()
    .optional()
    .describe("Passphrase of that file where nobody is there to type it"),
});

export type CliEnv = z.infer<typeof envSchema>;

/** The environment's settings; one error names everything that is wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): CliEnv {
  return parseEnvironment(envSchema, source, "trainchain");
}
