import { addressSchema, parseEnvironment } from "@trainchain/protocol";
import {
  assertNoExtraModels,
  modelsFileSchema,
  relayedAcceptancesEnvSchema,
  webUrlSchema,
} from "@trainchain/protocol/node";
import { checkStorageEnv, storageEnvSchema } from "@trainchain/storage";
import { processEnvSchema } from "@trainchain/telemetry";
import { parseEther } from "viem";
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
const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");
const count = z.coerce.number().int().positive();

/** The API's settings. Everything is read here, once. */
export const envSchema = z
  .object({
    DATABASE_URL: z.url().meta({
      description:
        "PostgreSQL, one database for all processes; each can have a role of its own (docs/operations.md)",
      example: "postgres://trainchain:PASSWORD@127.0.0.1:5432/trainchain",
    }),
    RPC_URL: webUrlSchema.meta({
      description: "A node of the chain; it may carry a key, and is shown to nobody",
      example: "https://YOUR-NODE",
    }),
    PUBLIC_RPC_URL: webUrlSchema
      .optional()
      .describe("What browsers are told to use; where RPC_URL carries a key, this one must not"),
    CHAIN_ID: count.meta({ description: "80002 is Polygon Amoy, 137 Polygon", example: "80002" }),
    ESCROW_ADDRESS: addressSchema.meta({
      description:
        "The contract, from contracts/deployments/CHAINID.json; an agent works with no other (where not set, with the one that the platform named first)",
      example: "0x…",
    }),
    AGGREGATOR_ADDRESS: addressSchema.meta({
      description: "The wallet whose key the worker holds; jobs name it in their terms",
      example: "0x…",
    }),
    REFEREE_ADDRESS: addressSchema
      .optional()
      .describe(
        "Who hears appeals against refusals: named in the terms of new jobs, on an escrow of the second version; not the aggregator",
      ),
    EXPLORER_URL: webUrlSchema
      .optional()
      .describe("Block explorer that is linked to; the chain's own where not set"),
    PUBLIC_URL: webUrlSchema.meta({
      description: "Where clients reach the API; sign-in messages must name its origin",
      example: "https://api.example.org",
    }),
    WEB_ORIGINS: list
      .pipe(z.array(webUrlSchema))
      .describe("Web origins, comma separated, that may call this API from a browser and sign people in"),
    CONTACT_EMAIL: z.email().optional().describe("Shown on the site's contact page"),
    SOURCE_URL: webUrlSchema.optional().describe("Where the site says its source is"),
    FUNDING_URL: webUrlSchema
      .optional()
      .describe("Where site and app send a wallet that lacks coins: a faucet or an on-ramp"),
    LEAST_SHARE_POL: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,18})?$/, "expected an amount in POL, such as 0.01")
      .default("0.01")
      .transform((text) => parseEther(text))
      .describe(
        "What each delivery of a requested job has to be paid at least, in POL: what it costs to relay, judge and pay one, and more; 0 for no bound",
      ),
    PRICE_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        "Where the price of one POL is read, as JSON: amounts are then shown with about what they are worth. {currency} in it is the currency in small letters; it may carry a key, and is shown to nobody",
      ),
    PRICE_PATH: z
      .string()
      .regex(/^[^.\s]+(\.[^.\s]+)*$/, "expected names with dots between, such as pol.usd")
      .optional()
      .describe("Where in that answer the price stands: names with dots between, such as data.0.price"),
    PRICE_CURRENCY: z
      .string()
      .regex(/^[A-Z]{3,5}$/, "expected a currency's code, such as USD")
      .default("USD")
      .describe("The currency of that price"),
    HOST: z.string().default("127.0.0.1").describe("Interface that the API listens on"),
    PORT: z.coerce.number().int().min(0).max(65_535).default(4000).describe("Port that the API listens on"),
    TRUST_PROXY: flag.describe("Set behind a proxy that writes X-Forwarded-For itself"),
    DATA_DIR: z.string().min(1).meta({
      description: "Uploads lie here until the worker has taken them over; the worker's temporary files too",
      example: "/var/lib/trainchain",
    }),
    WEB_DIR: z
      .string()
      .min(1)
      .optional()
      .describe("The built site (apps/web/dist), served beside the API; without it only the API is"),
    APP_DIR: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The contributor app's archives (npm run package -- --offer DIR), which the site offers for download; read at start",
      ),
    SEALING_SECRET: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, "expected 32 bytes as 64 hexadecimal digits")
      .meta({
        description:
          "32 random bytes in hexadecimal; every key of shards and results derives from it. Keep a copy apart",
        example: "…",
      }),
    MODELS_FILE: modelsFileSchema,
    HF_ENDPOINT: webUrlSchema
      .default("https://huggingface.co")
      .describe("The hub that base models and datasets named hf://owner/name are fetched from"),
    HF_TOKEN: z.string().optional().describe("Token of that hub, for what asks for one"),
    TRAINCHAIN_ENV_DIR: z
      .string()
      .optional()
      .describe(
        "Python environment of trainer and evaluator: the API reads embedded models' tokenizers in it; a worker without it or EVALUATOR_SOCKET does not evaluate",
      ),
    MAX_UPLOAD_BYTES: count.default(4 * 1024 ** 3).describe("Largest dataset"),
    MAX_ADAPTER_BYTES: count.default(1024 ** 3).describe("Largest adapter"),
    MAX_UNPAID_UPLOADS: count
      .default(50)
      .describe("Uploads that a wallet may have here without a paid job; three times as many for a network"),
    MAX_UNPAID_BYTES: count
      .optional()
      .describe("The same of their bytes together; twice MAX_UPLOAD_BYTES where not set"),
    UNPAID_DAYS: count.default(7).describe("How long uploads and drafts are kept that nobody pays for"),
    MIN_FREE_BYTES: count
      .default(2 * 1024 ** 3)
      .describe(
        "Room that stays free on the disk of uploads, and never less than the largest adapter takes twice: no dataset is taken that would need it",
      ),
    MIN_FREE_BYTES_FOR_ADAPTERS: count
      .default(512 * 1024 ** 2)
      .describe(
        "The same for adapters: less, so that datasets leave room for what accepted slots deliver. With less free beyond it than twice MAX_ADAPTER_BYTES the API says that it does not take every adapter, and contributors are waited for. What judging takes stays free besides",
      ),
    ALLOW_PRIVATE_WEBHOOKS: flag.describe(
      "Send notices also over http and to addresses that are not of the public internet: for a network of your own",
    ),
    RELAY_CONTRACT_SIGNERS: flag.describe(
      "Relay submissions that a contract vouches for (EIP-1271) too; it can spend all the gas that one is given",
    ),
    SESSION_HOURS: count.default(24 * 7).describe("How long a sign-in lasts"),
  })
  .extend(relayedAcceptancesEnvSchema.shape)
  .extend(storageEnvSchema.shape)
  .extend(processEnvSchema.shape)
  .superRefine(checkStorageEnv)
  .refine(({ REFEREE_ADDRESS, AGGREGATOR_ADDRESS }) => REFEREE_ADDRESS !== AGGREGATOR_ADDRESS, {
    path: ["REFEREE_ADDRESS"],
    message: "it is the aggregator, which cannot hear appeals against its own refusals: name another wallet",
  })
  .refine(({ PRICE_URL, PRICE_PATH }) => !PRICE_URL || PRICE_PATH !== undefined, {
    path: ["PRICE_PATH"],
    message: "PRICE_URL is set: say where in its answer the price stands",
  });

export type Env = z.infer<typeof envSchema>;

/** Reads the environment; one error names everything that is missing or wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  assertNoExtraModels(source);
  return parseEnvironment(envSchema, source, "api");
}
