import { configQuery } from "../api/open-queries.ts";
import { queryClient } from "../api/query-client.ts";
import type { WalletConnection } from "./wallet-connection.ts";

let loading: Promise<WalletConnection> | undefined;

/** The wallet code and the platform's network, fetched once, when first needed. A failure is forgotten. */
export function loadWallet(): Promise<WalletConnection> {
  loading ??= Promise.all([import("./wallet-connection.ts"), queryClient.fetchQuery(configQuery)]).then(
    ([{ createWalletConnection }, config]) => createWalletConnection(config),
  );
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}
