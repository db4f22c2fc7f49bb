import { type Address, type EscrowVersion, escrowVersions, TrainChainError } from "@trainchain/protocol";
import { readContract } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

const found = new WeakMap<ReadingClient, Map<Address, EscrowVersion>>();

/**
 * The version of the escrow at an address, which its EIP-712 domain names; asked once for a client.
 * @throws TrainChainError `configuration-invalid` where it is none that is known here
 */
export async function findEscrowVersion(client: ReadingClient, escrow: Address): Promise<EscrowVersion> {
  const known = found.get(client) ?? new Map<Address, EscrowVersion>();
  found.set(client, known);
  const version = known.get(escrow) ?? (await askVersion(client, escrow));
  known.set(escrow, version);
  return version;
}

async function askVersion(client: ReadingClient, address: Address): Promise<EscrowVersion> {
  const call = { address, abi: aiModelTrainingAbi, functionName: "eip712Domain" } as const;
  const [, name, version] = await readContract(client, call).catch((error: unknown) => {
    throw toChainError(error);
  });
  const known = escrowVersions.find((one) => name === "TrainChain" && one === version);
  if (known) return known;
  throw new TrainChainError(
    "configuration-invalid",
    `${address} is "${name}" ${version}, no escrow of ours`,
    {
      fix: "Check the escrow's address and the network.",
    },
  );
}
