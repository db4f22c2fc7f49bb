import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { roles, testPrivateKey, testWallet } from "@trainchain/testing";
import { type LocalWorld, localChainId } from "@trainchain/testing/local-world";

const script = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

/** The settings with which the platform's operator runs commands beside it. */
export function operatorEnv(world: LocalWorld): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    DATABASE_URL: world.databaseUrl,
    RPC_URL: world.rpcUrl,
    CHAIN_ID: String(localChainId),
    ESCROW_ADDRESS: world.escrow,
    AGGREGATOR_ADDRESS: testWallet(roles.aggregator).address,
    AGGREGATOR_PRIVATE_KEY: testPrivateKey(roles.aggregator),
    DATA_DIR: world.dataDir,
    STORAGE_DIR: join(world.dataDir, "storage"),
    SEALING_SECRET: world.sealingSecret,
  };
}

export interface Said<Document> {
  code: number;
  document: Document;
  /** Everything that it printed. */
  output: string;
}

/** Runs `trainchain … --json` with these settings and nothing else of this process's environment. */
export function operate<Document>(env: Record<string, string>, ...args: string[]): Promise<Said<Document>> {
  const flags = ["--disable-warning=ExperimentalWarning", script, ...args, "--json"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, flags, { env }, (error, stdout, stderr) => {
      try {
        const code = typeof error?.code === "number" ? error.code : 0;
        resolve({ code, document: JSON.parse(stdout) as Document, output: stdout + stderr });
      } catch (cause) {
        reject(new Error(`trainchain ${args.join(" ")} printed no JSON: ${stdout}${stderr}`, { cause }));
      }
    });
  });
}
