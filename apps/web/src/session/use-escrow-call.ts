import { useMutation } from "@tanstack/react-query";
import type { SigningClient } from "@trainchain/chain";
import { configQuery } from "../api/open-queries.ts";
import { queryClient } from "../api/query-client.ts";
import { loadWallet } from "./load-wallet.ts";
import { useSigner } from "./use-signer.ts";

type EscrowAddress = `0x${string}`;

/**
 * One move on the escrow by the signed-in wallet: `call` signs and sends it, then its receipt is awaited.
 * Errors say in words what the contract or the wallet refused.
 */
export function useEscrowCall<Variables, Result = void>({
  call,
  onMined,
}: {
  call: (client: SigningClient, escrow: EscrowAddress, variables: Variables) => Promise<`0x${string}`>;
  onMined: (
    receipt: Awaited<ReturnType<Awaited<ReturnType<typeof loadWallet>>["confirm"]>>,
    variables: Variables,
  ) => Promise<Result> | Result;
}) {
  const getSigner = useSigner();
  return useMutation({
    async mutationFn(variables: Variables) {
      const [signer, { escrow }] = await Promise.all([getSigner(), queryClient.fetchQuery(configQuery)]);
      const hash = await call(signer, escrow as EscrowAddress, variables);
      const receipt = await (await loadWallet()).confirm(hash);
      return await onMined(receipt, variables);
    },
  });
}
