import { TrainChainError } from "@trainchain/protocol";
import { z } from "zod";

const envSchema = z.object({
  API_URL: z.url().default("http://127.0.0.1:4000"),
  RPC_URL: z.url().optional(),
  WALLET_PRIVATE_KEY: z.string().optional(),
  TRAINCHAIN_KEYSTORE_PASSWORD: z.string().optional(),
});

export type CliEnv = z.infer<typeof envSchema>;

/** The environment's settings; names everything that is wrong. */
export function readEnv(env: Record<string, string | undefined> = process.env): CliEnv {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const parsed = envSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new TrainChainError("configuration-invalid", `settings are wrong: ${problems.join("; ")}`, {
    fix: "Correct them in the environment.",
  });
}
