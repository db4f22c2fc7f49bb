import { addressSchema, TrainChainError } from "@trainchain/protocol";
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
    /** Where clients reach this API; login messages must name its host. */
    PUBLIC_URL: webUrl,
    /** Web origins, comma separated, that may call this API from a browser and sign people in. */
    WEB_ORIGINS: list.pipe(z.array(webUrl)),
    HOST: z.string().default("127.0.0.1"),
    PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
    /** Set behind a proxy that writes X-Forwarded-For itself. */
    TRUST_PROXY: flag,
    DATA_DIR: z.string().min(1),
    /** Where content is stored: a folder here, Pinata, or a kubo node. */
    STORAGE: z.enum(["local", "pinata", "kubo"]).default("local"),
    /** Folder of local storage; DATA_DIR/storage where not set. */
    STORAGE_DIR: z.string().min(1).optional(),
    PINATA_JWT: z.string().optional(),
    PINATA_GATEWAY_URL: webUrl.optional(),
    PINATA_GATEWAY_KEY: z.string().optional(),
    KUBO_RPC_URL: webUrl.optional(),
    SEALING_SECRET: z.string().regex(/^[0-9a-fA-F]{64}$/, "expected 32 bytes as 64 hexadecimal digits"),
    /** Paths or ids of further base models, comma separated. */
    EXTRA_MODELS: list,
    MAX_UPLOAD_BYTES: count.default(4 * 1024 ** 3),
    MAX_ADAPTER_BYTES: count.default(1024 ** 3),
    SESSION_HOURS: count.default(24 * 7),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
  })
  .superRefine((env, context) => {
    const needed = {
      local: [],
      pinata: ["PINATA_JWT", "PINATA_GATEWAY_URL"],
      kubo: ["KUBO_RPC_URL"],
    } as const;
    for (const name of needed[env.STORAGE]) {
      if (env[name] === undefined) {
        context.addIssue({ code: "custom", path: [name], message: `needed by STORAGE=${env.STORAGE}` });
      }
    }
  });

export type Env = z.infer<typeof envSchema>;

/** Reads the environment; one error names everything that is missing or wrong. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = envSchema.safeParse(present);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new TrainChainError(
    "configuration-invalid",
    `the API's environment is not complete:\n  ${wrong.join("\n  ")}`,
    {
      fix: "Set these variables; .env.example explains each.",
    },
  );
}
