import { toWalletError } from "@trainchain/browser-wallet";
import type { SigningClient } from "@trainchain/chain";
import { signMessage } from "viem/actions";

/** A personal signature (EIP-191) of the signed-in wallet; a refusal is thrown in words. */
export function signText(client: SigningClient, message: string): Promise<`0x${string}`> {
  return signMessage(client, { account: client.account, message }).catch((error: unknown) => {
    throw toWalletError(error);
  });
}
