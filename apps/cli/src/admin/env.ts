import { addressSchema, parseEnvironment } from "@trainchain/protocol";
import { checkStorageEnv, storageEnvSchema } from "@trainchain/storage";
import { z } from "zod";

/** What the operator's commands read: the settings of API and worker, none of which a user's commands need. */
export const adminEnvSchema = z
  .object({
    DATABASE_URL: z.url(),
    RPC_URL: z.url(),
    CHAIN_ID: z.coerce.number().int().positive(),
    ESCROW_ADDRESS: addressSchema,
    AGGREGATOR_ADDRESS: addressSchema.optional(),
    DATA_DIR: z.string().min(1),
    SEALING_SECRET: z.string().optional(),
    AGGREGATOR_PRIVATE_KEY: z.string().optional(),
    TRAINCHAIN_ENV_DIR: z.string().optional(),
    EVALUATOR_SOCKET: z.string().optional(),
  })
  .extend(storageEnvSchema.shape)
  .superRefine(checkStorageEnv);

export type AdminEnv = z.infer<typeof adminEnvSchema>;

/** The operator's settings; one error names everything that is missing or wrong. */
export function readAdminEnv(source: Record<string, string | undefined> = process.env): AdminEnv {
  return parseEnvironment(adminEnvSchema, source, "trainchain admin");
}
