import type { BrowserWallet } from "@trainchain/browser-wallet";
import { configQuery } from "../api/open-queries.ts";
import { queryClient } from "../api/query-client.ts";

let loading: Promise<BrowserWallet> | undefined;

/** The wallet code and the platform's network, fetched once, when first needed. A failure is forgotten. */
export function loadWallet(): Promise<BrowserWallet> {
  loading ??= Promise.all([
    import("@trainchain/browser-wallet"),
    queryClient.ensureQueryData(configQuery),
  ]).then(([{ createBrowserWallet }, config]) => createBrowserWallet(config));
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}
