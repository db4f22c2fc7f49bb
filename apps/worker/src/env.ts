import { addressSchema, modelFoldersSchema, parseEnvironment } from "@trainchain/protocol";
import { checkStorageEnv, storageEnvSchema } from "@trainchain/storage";
import { processEnvSchema } from "@trainchain/telemetry";
import { z } from "zod";

const count = z.coerce.number().int().positive();
const amount = (fallback: string) =>
  z
    .string()
    .regex(/^\d{1,30}$/, "expected a whole number")
    .default(fallback)
    .transform(BigInt);
const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");
const absolutePath = z.string().startsWith("/", "expected an absolute path");
/** The worker's settings. */
export const envSchema = z
  .object({
    DATABASE_URL: z.url(),
    RPC_URL: z.url(),
    CHAIN_ID: count,
    ESCROW_ADDRESS: addressSchema,
    /** Key of the wallet that jobs name as their aggregator; it pays the gas of relayed submissions. */
    AGGREGATOR_PRIVATE_KEY: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, "expected a private key: 0x and 64 hexadecimal digits")
      .transform((key) => key as `0x${string}`),
    /** The API's folder, in which uploads lie until they are taken over. */
    DATA_DIR: z.string().min(1),
    SEALING_SECRET: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, "expected 32 bytes as 64 hexadecimal digits")
      .transform((hex) => new Uint8Array(Buffer.from(hex, "hex"))),
    /** Folders of base models beside the supported ones, comma separated. */
    EXTRA_MODELS: modelFoldersSchema,
    /** Python environment of the evaluator; without it results are merged and not evaluated. */
    TRAINCHAIN_ENV_DIR: z.string().optional(),
    EVALUATOR_SOCKET: absolutePath.optional(),
    /** The worker's temporary files where the evaluator is another user: its group is the one they are handed to. */
    EVALUATOR_DIR: absolutePath.optional(),
    MAX_ADAPTER_BYTES: count.default(1024 ** 3),
    CONCURRENCY: count.default(2),
    /** Blocks on top of a transaction before it counts. */
    CONFIRMATIONS: z.coerce.number().int().min(0).default(0),
    /** How long a transaction may wait to be mined before its price is raised. */
    BUMP_AFTER_MS: count.default(60_000),
    /** Most that a transaction offers for a unit of gas; at 1,000 gwei a relay costs at most 0.2 POL. */
    MAX_FEE_PER_GAS_WEI: amount("1000000000000"),
    /** Most that one transaction may cost in all. */
    MAX_FEE_WEI: amount("1000000000000000000"),
    /** Gas of all submissions that are relayed for one wallet in a day; one is given at most 200,000. */
    RELAY_GAS_PER_WALLET: amount("4000000"),
    /** The same for one slot of a job, which nobody but its wallet draws on. */
    RELAY_GAS_PER_SLOT: amount("400000"),
    /** Relay submissions that a contract vouches for (EIP-1271) too; it can spend all the gas that one is given. */
    RELAY_CONTRACT_SIGNERS: flag,
    /** How often the chain's clock is compared with the jobs' deadlines. */
    DEADLINE_CHECK_MS: count.default(2_000),
  })
  .extend(storageEnvSchema.shape)
  .extend(processEnvSchema.shape)
  .superRefine(checkStorageEnv)
  .refine((env) => !env.EVALUATOR_SOCKET || env.EVALUATOR_DIR, {
    path: ["EVALUATOR_DIR"],
    error: "needed with EVALUATOR_SOCKET",
  });

export type Env = z.infer<typeof envSchema>;

/** The settings of the process; one error names everything that is missing or wrong. */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  return parseEnvironment(envSchema, source, "worker");
}
