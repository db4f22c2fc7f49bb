import { type Address, TrainChainError } from "@trainchain/protocol";
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

export interface EscrowTerms {
  /** Hundredths of a per cent of every stake, at most 1,000. */
  feeBps: number;
  feeReceiver: Address;
}

/** Deploys the escrow, waits until it is mined, and compares the code that is there with ours. */
export async function deployEscrow(
  client: SigningClient,
  { feeBps, feeReceiver }: EscrowTerms,
): Promise<{ address: Address; blockNumber: bigint; transactionHash: Hex; gasUsed: bigint }> {
  try {
    const hash = await deployContract(client, {
      abi: aiModelTrainingAbi,
      bytecode: aiModelTrainingBytecode,
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
    await assertEscrowCode(client, address);
    return { address, blockNumber: receipt.blockNumber, transactionHash: hash, gasUsed: receipt.gasUsed };
  } catch (error) {
    throw toChainError(error);
  }
}

/** Throws unless the code at an address is the escrow's, but for the values that its constructor filled in. */
export async function assertEscrowCode(client: ReadingClient, address: Address): Promise<void> {
  const code = (await getCode(client, { address })) ?? "0x";
  if (!isEscrowCode(code)) {
    throw new TrainChainError("chain-rejected", `The code at ${address} is not this version of the escrow.`, {
      fix: "Check the address and the network, or deploy this version.",
      facts: { address, codeSizeBytes: (code.length - 2) / 2 },
    });
  }
}

function isEscrowCode(code: Hex): boolean {
  const [actual, expected] = [hexToBytes(code), hexToBytes(aiModelTrainingDeployedBytecode)];
  if (actual.length !== expected.length) return false;
  for (const { start, length } of aiModelTrainingImmutables) actual.fill(0, start, start + length);
  return actual.every((byte, index) => byte === expected[index]);
}
