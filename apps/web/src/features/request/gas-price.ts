import { queryOptions } from "@tanstack/react-query";
import { loadWallet } from "../../session/load-wallet.ts";

/** The network's gas price in wei, read through the connected wallet. */
export const gasPriceQuery = queryOptions({
  queryKey: ["gas-price"],
  queryFn: async () => (await loadWallet()).gasPriceWei(),
  staleTime: 30_000,
  retry: false,
});
