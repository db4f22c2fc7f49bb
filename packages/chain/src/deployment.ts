import { type Address, addressSchema, TrainChainError } from "@trainchain/protocol";
import { z } from "zod";

const deploymentSchema = z.object({
  chainId: z.number().int().positive(),
  address: addressSchema,
  block: z.number().int().nonnegative(),
  terms: z.object({ feeBps: z.number().int().min(0).max(1_000), feeReceiver: addressSchema }),
});

/** Where and with which terms the escrow is on one chain: the content of contracts/deployments/CHAINID.json. */
export interface Deployment {
  chainId: number;
  /** The escrow. */
  address: Address;
  /** The block it was created in: where an indexer starts. */
  block: number;
  terms: { feeBps: number; feeReceiver: Address };
}

/** A deployment file's content, checked. */
export function parseDeployment(content: unknown): Deployment {
  const parsed = deploymentSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new TrainChainError(
    "configuration-invalid",
    `The deployment is invalid: ${z.prettifyError(parsed.error)}`,
    {
      fix: "Write it with `npm run deploy`.",
    },
  );
}
