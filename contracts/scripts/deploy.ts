/**
 * `npm run deploy -- --network amoy|polygon|local`: deploys the escrow and writes contracts/deployments/CHAINID.json.
 * One that is recorded there already is left alone without `--replace`.
 * From the environment: RPC_URL, DEPLOYER_PRIVATE_KEY, FEE_BPS (default 0), FEE_RECEIVER (default the deployer),
 * ESCROW_VERSION (default 2).
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type Deployment, deployEscrow, getChain, parseNetworkName, toChainError } from "@trainchain/chain";
import {
  addressSchema,
  defaultEscrowVersion,
  escrowVersions,
  TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import { createClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getChainId } from "viem/actions";
import { z } from "zod";
import { environment } from "./env.ts";

/** The settings of a deployment. */
export const environmentSchema = z.object({
  RPC_URL: z.url("expected the address of the network's node"),
  DEPLOYER_PRIVATE_KEY: z
    .string("expected the deployer's private key")
    .regex(/^0x[0-9a-fA-F]{64}$/, "expected 0x and 64 hexadecimal digits")
    .transform((key) => key as `0x${string}`)
    .describe("Pays the deployment; has no rights in the contract"),
  FEE_BPS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe("The platform's fee in hundredths of a per cent, fixed for ever"),
  FEE_RECEIVER: addressSchema
    .optional()
    .describe("The wallet that the fee goes to; the deployer's where not set"),
  ESCROW_VERSION: z
    .enum(escrowVersions)
    .default(defaultEscrowVersion)
    .describe("The contract's version that is deployed"),
});

export interface DeployOptions {
  network: string;
  environment: Record<string, string | undefined>;
  /** Where CHAINID.json is written. */
  deploymentsDir?: string;
  /** Whether a deployment that is recorded for the chain may be forgotten. */
  replace?: boolean;
}

/** Deploys, compares the code on the chain with ours, and records where it is. */
export async function deploy({
  network,
  environment,
  deploymentsDir = join(import.meta.dirname, "../deployments"),
  replace = false,
}: DeployOptions): Promise<Deployment> {
  const settings = readEnvironment(environment);
  const chain = getChain(parseNetworkName(network), settings.RPC_URL);
  const account = privateKeyToAccount(settings.DEPLOYER_PRIVATE_KEY);
  const client = createClient({ account, chain, transport: http(settings.RPC_URL), pollingInterval: 500 });

  const chainId = await getChainId(client).catch((error) => {
    throw toChainError(error);
  });
  if (chainId !== chain.id) {
    throw new TrainChainError(
      "wrong-network",
      `RPC_URL answers for chain ${chainId}; ${network} is ${chain.id}.`,
      {
        fix: "Set RPC_URL to a node of that network, or choose the other network.",
        facts: { expected: chain.id, actual: chainId },
      },
    );
  }
  const file = join(deploymentsDir, `${chainId}.json`);
  if (!replace) await assertNoneRecorded(chainId, file);
  const terms = {
    feeBps: settings.FEE_BPS,
    feeReceiver: settings.FEE_RECEIVER ?? addressSchema.parse(account.address),
  };
  const version = settings.ESCROW_VERSION;
  const { address, blockNumber } = await deployEscrow(client, { ...terms, version });

  const deployment: Deployment = { chainId, address, block: Number(blockNumber), terms };
  await mkdir(deploymentsDir, { recursive: true });
  await writeFile(file, `${JSON.stringify(deployment, null, 2)}\n`);
  return deployment;
}

/** Before anything is paid for. */
async function assertNoneRecorded(chainId: number, file: string): Promise<void> {
  const recorded = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (recorded === undefined) return;
  throw new TrainChainError(
    "conflict",
    `an escrow is deployed on chain ${chainId} already: ${file} records it`,
    {
      fix: 'Keep it: jobs that are open on it would be judged by nobody once ESCROW_ADDRESS names another, and be paid unjudged. To move to another all the same, deploy with --replace and see docs/operations.md, "Another escrow".',
      facts: { chainId },
    },
  );
}

function readEnvironment(environment: Record<string, string | undefined>) {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => `${issue.path.join(".")} (${issue.message})`);
  throw new TrainChainError("configuration-invalid", `The environment lacks ${names.join(", ")}.`, {
    fix: "Set them and run the command again.",
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: { network: { type: "string", default: "local" }, replace: { type: "boolean", default: false } },
  });
  try {
    const deployment = await deploy({ ...values, environment: environment() });
    console.log(
      `AIModelTraining is at ${deployment.address} on chain ${deployment.chainId}, block ${deployment.block}.`,
    );
  } catch (error) {
    const { message, fix } = toTrainChainError(error);
    console.error(fix ? `${message}\n${fix}` : message);
    process.exitCode = 1;
  }
}
