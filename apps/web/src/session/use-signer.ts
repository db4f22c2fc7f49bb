import type { SigningClient } from "@trainchain/chain";
import { TrainChainError } from "@trainchain/protocol";
import { useCallback } from "react";
import { loadWallet } from "./load-wallet.ts";
import { useSession } from "./session-context.ts";

/**
 * How to get a client that signs as the signed-in wallet on the platform's network, for the calls of
 * @trainchain/chain: `const signer = await getSigner(); await createJob(signer, …)`. Asks the wallet to switch network
 * where needed. Throws a TrainChainError in words; a refusal in the wallet has `facts.declined`.
 */
export function useSigner(): () => Promise<SigningClient> {
  const { wallet } = useSession();
  return useCallback(async () => {
    if (wallet) return (await loadWallet()).signer(wallet);
    throw new TrainChainError("not-signed-in", "no wallet is signed in", {
      fix: "Connect your wallet first.",
    });
  }, [wallet]);
}
