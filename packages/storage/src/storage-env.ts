import { join } from "node:path";
import { webUrlSchema } from "@trainchain/protocol/node";
import { z } from "zod";
import type { StorageConfig } from "./create-storage.ts";

/** The variables that say where content is stored: a folder here, Pinata, or a kubo node. */
export const storageEnvSchema = z.object({
  STORAGE: z
    .enum(["local", "pinata", "kubo"])
    .default("local")
    .describe("Where content is kept: a folder here, Pinata, or a kubo node"),
  STORAGE_DIR: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of local storage; DATA_DIR/storage where not set"),
  PINATA_JWT: z.string().optional().describe("Key of Pinata"),
  PINATA_GATEWAY_URL: webUrlSchema.optional().describe("Gateway of Pinata that content is read from"),
  PINATA_GATEWAY_KEY: z.string().optional().describe("Key of that gateway, where it asks for one"),
  KUBO_RPC_URL: webUrlSchema.optional().describe("RPC address of a kubo node"),
});

export type StorageEnv = z.infer<typeof storageEnvSchema>;

const needed = {
  local: [],
  pinata: ["PINATA_JWT", "PINATA_GATEWAY_URL"],
  kubo: ["KUBO_RPC_URL"],
} as const;

/** Names what the chosen store needs and lacks; for `superRefine` of a schema that holds these variables. */
export function checkStorageEnv(env: StorageEnv, context: z.RefinementCtx): void {
  for (const name of needed[env.STORAGE])
    if (env[name] === undefined)
      context.addIssue({ code: "custom", path: [name], message: `needed by STORAGE=${env.STORAGE}` });
}

/** The store that variables which passed `checkStorageEnv` name. */
export function storageConfigFrom(env: StorageEnv & { DATA_DIR: string }): StorageConfig {
  switch (env.STORAGE) {
    case "local":
      return { backend: "local", dir: env.STORAGE_DIR ?? join(env.DATA_DIR, "storage") };
    case "pinata":
      return {
        backend: "pinata",
        jwt: env.PINATA_JWT!,
        gatewayUrl: env.PINATA_GATEWAY_URL!,
        gatewayKey: env.PINATA_GATEWAY_KEY,
      };
    case "kubo":
      return { backend: "kubo", rpcUrl: env.KUBO_RPC_URL! };
  }
}
