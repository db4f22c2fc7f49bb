import { addressSchema, parseEnvironment } from "@trainchain/protocol";
import { processEnvSchema } from "@trainchain/telemetry";
import { z } from "zod";

const blockSchema = z.string().regex(/^\d+$/, "expected a block number").transform(BigInt);

/** The indexer's settings. */
export const envSchema = z
  .object({
    DATABASE_URL: z.url(),
    RPC_URL: z.url(),
    CHAIN_ID: z.coerce.number().int().positive(),
    ESCROW_ADDRESS: addressSchema,
    START_BLOCK: blockSchema,
    AGGREGATOR_ADDRESS: addressSchema,
    /** Aggregators that earlier jobs of this platform name, comma separated: these jobs count too. */
    FORMER_AGGREGATOR_ADDRESSES: z
      .string()
      .default("")
      .transform((text) => text.split(",").flatMap((entry) => entry.trim() || []))
      .pipe(z.array(addressSchema)),
    /** A predecessor's contract, whose jobs are shown; nothing is ever sent to it. */
    LEGACY_ESCROW_ADDRESS: addressSchema.optional(),
    LEGACY_START_BLOCK: blockSchema.default(0n),
    /** Blocks on top of one before it counts. */
    CONFIRMATIONS: z.coerce.number().int().min(0).default(0),
    POLL_INTERVAL_MS: z.coerce.number().int().positive().default(500),
    MAX_WINDOW_BLOCKS: z.coerce.number().int().positive().default(5_000),
  })
  .extend(processEnvSchema.shape)
  .readonly();

export type Env = z.infer<typeof envSchema>;

/** The settings of the process; one error names everything that is missing or wrong. */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  return parseEnvironment(envSchema, source, "indexer");
}
