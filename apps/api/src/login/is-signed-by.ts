import { TrainChainError } from "@trainchain/protocol";
import {
  type Hex,
  hashMessage,
  isAddressEqual,
  isErc6492Signature,
  type PublicClient,
  recoverAddress,
} from "viem";
import { getCode, verifyHash } from "viem/actions";

/**
 * Whether `address` signed the hash: by its key, or as a contract wallet (EIP-1271, and EIP-6492 before it is
 * deployed), which only the chain can say.
 */
export async function isSignedBy(
  chain: PublicClient,
  address: `0x${string}`,
  signed: { message: string } | { hash: Hex },
  signature: Hex,
): Promise<boolean> {
  const hash = "hash" in signed ? signed.hash : hashMessage(signed.message);
  const recovered = await recoverAddress({ hash, signature }).catch(() => undefined);
  if (recovered && isAddressEqual(recovered, address)) return true;
  try {
    const isContract = (await getCode(chain, { address })) !== undefined || isErc6492Signature(signature);
    return isContract && (await verifyHash(chain, { address, hash, signature }));
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
