import { localChain } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { testWallet } from "@trainchain/testing";
import { createWalletClient, type Hex, http, type PublicClient, zeroAddress } from "viem";

/** Deploys code from a test key and gives its address. */
export async function deploy(chain: PublicClient, index: number, code: Hex): Promise<Address> {
  const hash = await clientOf(chain, index).sendTransaction({ data: code });
  const { contractAddress } = await chain.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("the deployment gave no address");
  return contractAddress.toLowerCase() as Address;
}

/** Points a key's own account at a contract's code (EIP-7702), or with the zero address at none. */
export async function delegateAccount(
  chain: PublicClient,
  index: number,
  contractAddress: Address,
): Promise<void> {
  const client = clientOf(chain, index);
  const authorization = await client.signAuthorization({ contractAddress, executor: "self" });
  // Sent to nobody: the account itself might refuse the call.
  const hash = await client.sendTransaction({ to: zeroAddress, authorizationList: [authorization] });
  await chain.waitForTransactionReceipt({ hash });
}

export function clientOf(chain: PublicClient, index: number) {
  const transport = http(chain.transport.url);
  return createWalletClient({ account: testWallet(index), chain: localChain, transport });
}
