import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { addressSchema, parseEnvironment } from "@trainchain/protocol";
import { z } from "zod";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

const milliseconds = z.coerce.number().int().min(1);

const platformSchema = z.url({
  protocol: /^https?$/,
  error: "name the platform with --api or in API_URL, such as https://api.example.org",
});

/** The agent's settings. */
export const envSchema = z.object({
  API_URL: platformSchema,
  RPC_URL: z.url().optional(),
  ESCROW_ADDRESS: addressSchema
    .optional()
    .describe("The only contract to work with; by default that which the platform named first"),
  WALLET_PRIVATE_KEY: z.string().optional(),
  TRAINCHAIN_KEYSTORE_PASSWORD: z.string().optional(),
  TRAINCHAIN_AGENT_DIR: z
    .string()
    .default(join(homedir(), ".trainchain", "agent"))
    .describe("Where the agent keeps its key, its jobs and its checkpoints"),
  TRAINCHAIN_ENV_DIR: z.string().default(join(root, ".trainchain_env")),
  TRAINCHAIN_TRAINER_DIR: z.string().default(join(root, "trainer")).describe("The trainer's scripts"),
  TRAINCHAIN_MODELS: z
    .string()
    .default("")
    .transform((text) => text.split(",").flatMap((folder) => folder.trim() || []))
    .describe("Folders of base models on this machine that no hub has, comma separated"),
  AGENT_POLL_MS: milliseconds.default(3_000).describe("How often the agent asks what became of its delivery"),
  AGENT_RELAY_MS: milliseconds
    .default(120_000)
    .describe("How long it waits for the platform's relay before it sends by itself"),
  AGENT_RETRY_MS: milliseconds.default(1_000).describe("Pause before a failed call is repeated"),
  AGENT_BENCHMARK_SECONDS: z.coerce
    .number()
    .positive()
    .max(600)
    .default(30)
    .describe("How long the preflight measures the machine's speed"),
});

/** The settings of the app with a window. */
export const appEnvSchema = envSchema.omit({ WALLET_PRIVATE_KEY: true, TRAINCHAIN_AGENT_DIR: true }).extend({
  API_URL: platformSchema.default("http://127.0.0.1:4000"),
  TRAINCHAIN_APP_DIR: z.string().optional().describe("The same for the app with a window"),
  TRAINCHAIN_UV_DIR: z.string().optional().describe("Where uv is kept; beside the environment by default"),
});

export type AgentEnv = z.infer<typeof envSchema>;

type Settings = Record<string, string | undefined>;

/** The agent's settings, with what its command line gave over the environment's; names everything that is missing or wrong. */
export function readEnv(given: Settings): AgentEnv {
  return parseEnvironment(envSchema, { ...process.env, ...named(given) }, "agent");
}

/**
 * The settings of the app with a window, which has no wallet key: over what its way of starting brought comes the
 * environment, and over that the command line.
 */
export function readAppEnv(given: Settings, brought: Settings): z.infer<typeof appEnvSchema> {
  return parseEnvironment(appEnvSchema, { ...brought, ...process.env, ...named(given) }, "contributor");
}

const named = (given: Settings) => Object.fromEntries(Object.entries(given).filter(([, value]) => value));

/** Where models and kernels are kept, and how their hub is reached, where this machine says so to every program. */
export function hubEnv() {
  const { HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } =
    process.env;
  const isSet = (value: string | undefined) => value !== undefined;
  return {
    caches: [HF_HOME, HF_HUB_CACHE].filter(isSet),
    ways: [HF_ENDPOINT, HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy].filter(isSet),
  };
}

/** Folders in which this machine keeps its programs: those of the search path, and Windows' own. */
export function programFolders() {
  const { PATH = "", ProgramFiles, "ProgramFiles(x86)": forX86, LOCALAPPDATA } = process.env;
  return {
    path: PATH.split(delimiter),
    windows: [ProgramFiles, forX86, LOCALAPPDATA].filter((folder) => folder !== undefined),
  };
}
