import { useMutation } from "@tanstack/react-query";
import type { Address } from "@trainchain/protocol";
import type { SigningPlatform } from "@trainchain/requester";
import { api } from "../api/api.ts";
import { configQuery } from "../api/open-queries.ts";
import { queryClient } from "../api/query-client.ts";
import { loadWallet } from "./load-wallet.ts";
import { useSigner } from "./use-signer.ts";

/**
 * What the signed-in wallet does on the escrow: `work` gets the platform as that wallet sees it. Errors say in words
 * what the contract or the wallet refused.
 */
export function useEscrowCall<Variables = undefined>(
  work: (platform: SigningPlatform, variables: Variables) => Promise<void>,
) {
  const getSigner = useSigner();
  return useMutation({
    async mutationFn(variables: Variables) {
      const [signer, { escrow }] = await Promise.all([getSigner(), queryClient.ensureQueryData(configQuery)]);
      const reader = (await loadWallet()).reader();
      await work({ api, escrow: escrow as Address, reader, signer }, variables);
    },
  });
}
