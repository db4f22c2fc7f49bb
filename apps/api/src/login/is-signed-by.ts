import { TrainChainError } from "@trainchain/protocol";
import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  type Hex,
  hashMessage,
  isAddressEqual,
  isErc6492Signature,
  type PublicClient,
  parseAbi,
  recoverAddress,
} from "viem";
import { getCode, readContract, verifyHash } from "viem/actions";

type Address = `0x${string}`;

/**
 * Whether `address` signed the message: by its key, or as a contract wallet (EIP-1271, and EIP-6492 before it is
 * deployed), which only the chain can say.
 */
export async function isSignedBy(
  chain: PublicClient,
  address: Address,
  message: string,
  signature: Hex,
): Promise<boolean> {
  const hash = hashMessage(message);
  if (await isSignedByKey(address, hash, signature)) return true;
  return askChain(async () => {
    const isContract = (await getCode(chain, { address })) !== undefined || isErc6492Signature(signature);
    return isContract && verifyHash(chain, { address, hash, signature });
  });
}

/**
 * Whether the escrow will take the signature as one of `address` (OpenZeppelin's SignatureChecker): where an address
 * has code, its code decides alone, also when it is a key's own account that points at code (EIP-7702).
 */
export function isSignedForEscrow(
  chain: PublicClient,
  address: Address,
  hash: Hex,
  signature: Hex,
): Promise<boolean> {
  return askChain(async () =>
    (await getCode(chain, { address })) === undefined
      ? isSignedByKey(address, hash, signature)
      : isSignedByCode(chain, address, hash, signature),
  );
}

const erc1271 = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
/** What a contract answers for a signature that it vouches for. */
const vouched = "0x1626ba7e";

/** EIP-1271 and nothing else; code that fails or answers anything else vouches for nothing. */
async function isSignedByCode(chain: PublicClient, address: Address, hash: Hex, signature: Hex) {
  const question = {
    address,
    abi: erc1271,
    functionName: "isValidSignature",
    args: [hash, signature],
  } as const;
  try {
    return (await readContract(chain, question)) === vouched;
  } catch (error) {
    if (error instanceof BaseError && error.walk(isAnswer)) return false;
    throw error;
  }
}

/** Whether an error says that the code was asked, rather than that the chain could not be. */
function isAnswer(error: unknown): boolean {
  return error instanceof ContractFunctionRevertedError || error instanceof ContractFunctionZeroDataError;
}

async function isSignedByKey(address: Address, hash: Hex, signature: Hex): Promise<boolean> {
  const recovered = await recoverAddress({ hash, signature }).catch(() => undefined);
  return recovered !== undefined && isAddressEqual(recovered, address);
}

async function askChain(question: () => Promise<boolean>): Promise<boolean> {
  try {
    return await question();
  } catch (cause) {
    throw new TrainChainError(
      "chain-unavailable",
      "the chain does not answer, so the signature cannot be checked",
      {
        fix: "Try again in a moment.",
        cause,
      },
    );
  }
}
