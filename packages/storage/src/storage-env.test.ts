import { expect, it } from "vitest";
import { z } from "zod";
import { checkStorageEnv, storageConfigFrom, storageEnvSchema } from "./storage-env.ts";

const schema = storageEnvSchema.extend({ DATA_DIR: z.string() }).superRefine(checkStorageEnv);
const configOf = (env: Record<string, string>) =>
  storageConfigFrom(schema.parse({ DATA_DIR: "data", ...env }));
const missing = (env: Record<string, string>) =>
  schema.safeParse({ DATA_DIR: "data", ...env }).error?.issues.map(({ path }) => path.join("."));

it("stores in the data folder unless told otherwise", () => {
  expect(configOf({})).toEqual({ backend: "local", dir: "data/storage" });
  expect(configOf({ STORAGE_DIR: "elsewhere" })).toEqual({ backend: "local", dir: "elsewhere" });
  expect(configOf({ STORAGE: "kubo", KUBO_RPC_URL: "http://kubo:5001/" })).toEqual({
    backend: "kubo",
    rpcUrl: "http://kubo:5001",
  });
  expect(
    configOf({ STORAGE: "pinata", PINATA_JWT: "jwt", PINATA_GATEWAY_URL: "https://gateway.example" }),
  ).toMatchObject({ backend: "pinata", jwt: "jwt", gatewayUrl: "https://gateway.example" });
});

it("names all that the chosen store lacks", () => {
  expect(missing({ STORAGE: "pinata" })).toEqual(["PINATA_JWT", "PINATA_GATEWAY_URL"]);
  expect(missing({ STORAGE: "kubo" })).toEqual(["KUBO_RPC_URL"]);
});
