import {
  type Address,
  defaultEscrowVersion,
  type EscrowVersion,
  escrowVersions,
  TrainChainError,
} from "@trainchain/protocol";
import { type Hex, hexToBytes } from "viem";
import { deployContract, getCode, waitForTransactionReceipt } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient, SigningClient } from "./escrow-call.ts";
import { estimateFees } from "./fees.ts";
import {
  aiModelTrainingAbi,
  aiModelTrainingBytecode,
  aiModelTrainingDeployedBytecode,
  aiModelTrainingImmutables,
} from "./generated/ai-model-training.ts";
import {
  aiModelTrainingV2Bytecode,
  aiModelTrainingV2DeployedBytecode,
  aiModelTrainingV2Immutables,
} from "./generated/ai-model-training-v2.ts";

interface EscrowCode {
  bytecode: Hex;
  deployed: Hex;
  /** Where the constructor fills in values. */
  immutables: readonly { start: number; length: number }[];
}

const codes: Record<EscrowVersion, EscrowCode> = {
  "1": {
    bytecode: aiModelTrainingBytecode,
    deployed: aiModelTrainingDeployedBytecode,
    immutables: aiModelTrainingImmutables,
  },
  "2": {
    bytecode: aiModelTrainingV2Bytecode,
    deployed: aiModelTrainingV2DeployedBytecode,
    immutables: aiModelTrainingV2Immutables,
  },
};

export interface EscrowTerms {
  /** Hundredths of a per cent of every stake, at most 1,000. */
  feeBps: number;
  feeReceiver: Address;
  /** The second where not said. */
  version?: EscrowVersion;
}

/** Deploys the escrow, waits until it is mined, and compares the code that is there with ours. */
export async function deployEscrow(
  client: SigningClient,
  { feeBps, feeReceiver, version = defaultEscrowVersion }: EscrowTerms,
): Promise<{ address: Address; blockNumber: bigint; transactionHash: Hex; gasUsed: bigint }> {
  try {
    const hash = await deployContract(client, {
      // The versions' constructors take the same.
      abi: aiModelTrainingAbi,
      bytecode: codes[version].bytecode,
      args: [feeBps, feeReceiver],
      account: client.account,
      chain: client.chain,
      ...(await estimateFees(client, client.chain.id)),
    });
    const receipt = await waitForTransactionReceipt(client, { hash });
    if (receipt.status !== "success" || !receipt.contractAddress) {
      throw new TrainChainError("chain-rejected", `The deployment ${hash} was mined but reverted.`, {
        facts: { transactionHash: hash },
      });
    }
    const address = receipt.contractAddress.toLowerCase() as Address;
    await assertEscrowCode(client, address, [version]);
    return { address, blockNumber: receipt.blockNumber, transactionHash: hash, gasUsed: receipt.gasUsed };
  } catch (error) {
    throw toChainError(error);
  }
}

/**
 * Throws unless the code at an address is the escrow's, of one of these versions, but for the values that its
 * constructor filled in.
 */
export async function assertEscrowCode(
  client: ReadingClient,
  address: Address,
  versions: readonly EscrowVersion[] = escrowVersions,
): Promise<void> {
  const code = (await getCode(client, { address })) ?? "0x";
  if (!versions.some((version) => isCodeOf(codes[version], code))) {
    throw new TrainChainError("chain-rejected", `The code at ${address} is not this build of the escrow.`, {
      fix: "Check the address and the network.",
      facts: { address, codeSizeBytes: (code.length - 2) / 2 },
    });
  }
}

function isCodeOf({ deployed, immutables }: EscrowCode, code: Hex): boolean {
  const [actual, expected] = [hexToBytes(code), hexToBytes(deployed)];
  if (actual.length !== expected.length) return false;
  for (const { start, length } of immutables) actual.fill(0, start, start + length);
  return actual.every((byte, index) => byte === expected[index]);
}
