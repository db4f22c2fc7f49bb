import { addressSchema, parseEnvironment } from "@trainchain/protocol";
import { confirmationsSchema } from "@trainchain/protocol/node";
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
    START_BLOCK: blockSchema.meta({
      description: "The block of the contract's deployment, or any earlier one",
      example: "0",
    }),
    AGGREGATOR_ADDRESS: addressSchema,
    FORMER_AGGREGATOR_ADDRESSES: z
      .string()
      .default("")
      .transform((text) => text.split(",").flatMap((entry) => entry.trim() || []))
      .pipe(z.array(addressSchema))
      .describe("Aggregators that earlier jobs of this platform name, comma separated: these jobs count too"),
    LEGACY_ESCROW_ADDRESS: addressSchema
      .optional()
      .describe("A predecessor's contract, whose jobs are shown; nothing is ever sent to it"),
    LEGACY_START_BLOCK: blockSchema.default(0n).describe("The block of that contract's deployment"),
    CONFIRMATIONS: confirmationsSchema,
    POLL_INTERVAL_MS: z.coerce
      .number()
      .int()
      .positive()
      .default(500)
      .describe("How often the node is asked for a new block"),
    MAX_WINDOW_BLOCKS: z.coerce
      .number()
      .int()
      .positive()
      .default(5_000)
      .describe("Most blocks asked for at once; fewer where the node refuses"),
  })
  .extend(processEnvSchema.shape)
  .readonly();

export type Env = z.infer<typeof envSchema>;

/** The settings of the process; one error names everything that is missing or wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  return parseEnvironment(envSchema, source, "indexer");
}
