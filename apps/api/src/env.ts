import { addressSchema, modelFoldersSchema, parseEnvironment } from "@trainchain/protocol";
import { checkStorageEnv, storageEnvSchema } from "@trainchain/storage";
import { processEnvSchema } from "@trainchain/telemetry";
import { z } from "zod";

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ""),
  );
const webUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""));
const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");
const count = z.coerce.number().int().positive();

/** The API's settings. Everything is read here, once. */
export const envSchema = z
  .object({
    DATABASE_URL: z.url(),
    RPC_URL: webUrl,
    /** What browsers are told to use; where RPC_URL carries a key, this one must not. */
    PUBLIC_RPC_URL: webUrl.optional(),
    CHAIN_ID: count,
    ESCROW_ADDRESS: addressSchema,
    AGGREGATOR_ADDRESS: addressSchema,
    EXPLORER_URL: webUrl.optional(),
    /** Where clients reach this API; login messages must name its origin. */
    PUBLIC_URL: webUrl,
    /** Web origins, comma separated, that may call this API from a browser and sign people in. */
    WEB_ORIGINS: list.pipe(z.array(webUrl)),
    /** Shown on the site's contact page. */
    CONTACT_EMAIL: z.email().optional(),
    SOURCE_URL: webUrl.optional(),
    HOST: z.string().default("127.0.0.1"),
    PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
    /** Set behind a proxy that writes X-Forwarded-For itself. */
    TRUST_PROXY: flag,
    DATA_DIR: z.string().min(1),
    /** The built site (apps/web/dist), served beside the API; without it only the API is. */
    WEB_DIR: z.string().min(1).optional(),
    SEALING_SECRET: z.string().regex(/^[0-9a-fA-F]{64}$/, "expected 32 bytes as 64 hexadecimal digits"),
    /** Folders of further base models, comma separated. */
    EXTRA_MODELS: modelFoldersSchema,
    MAX_UPLOAD_BYTES: count.default(4 * 1024 ** 3),
    MAX_ADAPTER_BYTES: count.default(1024 ** 3),
    /** Of a wallet, of what no money stands for; a network may have three times as much. */
    MAX_UNPAID_UPLOADS: count.default(50),
    MAX_UNPAID_BYTES: count.optional(),
    UNPAID_DAYS: count.default(7),
    MIN_FREE_BYTES: count.default(2 * 1024 ** 3),
    /** What lies between the two is for the adapters of slots that were accepted. */
    MIN_FREE_BYTES_FOR_ADAPTERS: count.default(512 * 1024 ** 2),
    RELAY_CONTRACT_SIGNERS: flag,
    SESSION_HOURS: count.default(24 * 7),
  })
  .extend(storageEnvSchema.shape)
  .extend(processEnvSchema.shape)
  .superRefine(checkStorageEnv);

export type Env = z.infer<typeof envSchema>;

/** Reads the environment; one error names everything that is missing or wrong. */
export function readEnv(source: Record<string, string | undefined>): Env {
  return parseEnvironment(envSchema, source, "api");
}
