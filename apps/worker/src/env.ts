import { addressSchema, parseEnvironment } from "@trainchain/protocol";
import {
  assertNoExtraModels,
  confirmationsSchema,
  modelsFileSchema,
  relayedAcceptancesEnvSchema,
  webUrlSchema,
} from "@trainchain/protocol/node";
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
    AGGREGATOR_PRIVATE_KEY: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, "expected a private key: 0x and 64 hexadecimal digits")
      .transform((key) => key as `0x${string}`)
      .meta({
        description:
          "Completes and rejects, relays submissions and pays their gas; can never choose who is paid",
        example: "0x…",
      }),
    DATA_DIR: z.string().min(1).describe("The API's folder, in which uploads lie until they are taken over"),
    SEALING_SECRET: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, "expected 32 bytes as 64 hexadecimal digits")
      .transform((hex) => new Uint8Array(Buffer.from(hex, "hex"))),
    MODELS_FILE: modelsFileSchema,
    TRAINCHAIN_ENV_DIR: z
      .string()
      .optional()
      .describe(
        "Python environment of trainer and evaluator; a worker without it or EVALUATOR_SOCKET does not evaluate",
      ),
    EVALUATOR_SOCKET: absolutePath
      .optional()
      .describe("Unix socket of an evaluator of its own user; a worker that has it runs no Python itself"),
    EVALUATOR_DIR: absolutePath
      .optional()
      .describe(
        "The worker's temporary files where the evaluator is another user: its group is the one they are handed to",
      ),
    MAX_ADAPTER_BYTES: count.default(1024 ** 3),
    REPLAY_SEGMENTS: z.coerce
      .number()
      .int()
      .min(0)
      .max(1_000)
      .default(20)
      .describe(
        "Parts that the trainings of new jobs are cut into, so that some can be done again; 0 for none",
      ),
    CONCURRENCY: count.default(2).describe("Tasks that one worker does at once"),
    CONFIRMATIONS: confirmationsSchema,
    BUMP_AFTER_MS: count
      .default(60_000)
      .describe("How long a transaction may wait to be mined before its price is raised"),
    MAX_FEE_PER_GAS_WEI: amount("1000000000000").describe(
      "Most that a transaction offers for a unit of gas; at 1,000 gwei a relay costs at most 0.2 POL",
    ),
    MAX_FEE_WEI: amount("1000000000000000000").describe("Most that one transaction may cost in all"),
    RELAY_GAS_PER_WALLET: amount("4000000").describe(
      "Gas of all submissions that are relayed for one wallet in a day; one is given at most 200,000",
    ),
    RELAY_GAS_PER_SLOT: amount("400000").describe(
      "The same for one slot of a job, which nobody but its wallet draws on",
    ),
    RELAY_GAS_OF_NEWCOMERS: amount("20000000").describe(
      "The same for all wallets together that were never paid here and took their slots themselves without a bond; a quarter of it in jobs of one requester",
    ),
    RELAY_CONTRACT_SIGNERS: flag.describe(
      "Relay submissions that a contract vouches for (EIP-1271) too; it can spend all the gas that one is given",
    ),
    ALLOW_PRIVATE_WEBHOOKS: flag.describe(
      "Send notices also over http and to addresses that are not of the public internet: for a network of your own",
    ),
    SMTP_URL: z
      .url({ protocol: /^smtps?$/ })
      .optional()
      .describe(
        "Mail server that notices go out by, such as smtp://NAME:PASSWORD@mail.example.org:587; no e-mail where not set. It may carry a password, and is shown to nobody",
      ),
    MAIL_FROM: z
      .email()
      .optional()
      .describe(
        "The address that e-mails come from, and that push services may write to; needed with SMTP_URL",
      ),
    PUBLIC_URL: webUrlSchema.optional().describe("Links in e-mails lead there; needed with SMTP_URL"),
    SITE_URL: webUrlSchema
      .optional()
      .describe("Where the site is, for links in e-mails, if it is not served at PUBLIC_URL"),
    DEADLINE_CHECK_MS: count
      .default(2_000)
      .describe("How often the chain's clock is compared with the jobs' deadlines"),
  })
  .extend(relayedAcceptancesEnvSchema.shape)
  .extend(storageEnvSchema.shape)
  .extend(processEnvSchema.shape)
  .superRefine(checkStorageEnv)
  .refine((env) => !env.EVALUATOR_SOCKET || env.EVALUATOR_DIR, {
    path: ["EVALUATOR_DIR"],
    error: "needed with EVALUATOR_SOCKET",
  })
  .refine((env) => !env.SMTP_URL || env.MAIL_FROM, { path: ["MAIL_FROM"], error: "needed with SMTP_URL" })
  .refine((env) => !env.SMTP_URL || env.PUBLIC_URL, { path: ["PUBLIC_URL"], error: "needed with SMTP_URL" });

export type Env = z.infer<typeof envSchema>;

/** The settings of the process; one error names everything that is missing or wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  assertNoExtraModels(source);
  return parseEnvironment(envSchema, source, "worker");
}
