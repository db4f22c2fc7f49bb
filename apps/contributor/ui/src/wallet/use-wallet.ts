import { type BrowserWallet, createBrowserWallet, type WalletNow } from "@trainchain/browser-wallet";
import { type AppState, TrainChainError } from "@trainchain/protocol";
import { useCallback, useSyncExternalStore } from "react";
import { useAppState } from "../agent/live-state.ts";

let wallet: { key: string; wallet: BrowserWallet } | undefined;

/** The window's one wallet connection, for the network that the platform names. */
function walletFor(config: NonNullable<AppState["platform"]["config"]>): BrowserWallet {
  const key = `${config.chainId} ${config.rpcUrl}`;
  if (wallet?.key !== key) {
    wallet = { key, wallet: createBrowserWallet(config) };
    void wallet.wallet.resume();
  }
  return wallet.wallet;
}

export function useBrowserWallet(): BrowserWallet | undefined {
  const { config } = useAppState().platform;
  return config ? walletFor(config) : undefined;
}

const nothing: WalletNow = { address: undefined, chainId: undefined };

/** The wallet's account and network as they are now. */
export function useWalletNow(): WalletNow {
  const connected = useBrowserWallet();
  const subscribe = useCallback(
    (listener: () => void) => connected?.watch(listener) ?? (() => undefined),
    [connected],
  );
  return useSyncExternalStore(subscribe, () => connected?.now() ?? nothing);
}

/** How to get a client that signs as the wallet at work. */
export function useSigner() {
  const connected = useBrowserWallet();
  const address = useAppState().wallet?.address;
  return useCallback(async () => {
    if (connected && address) return connected.signer(address);
    throw new TrainChainError("not-signed-in", "no wallet is signed in", {
      fix: "Connect your wallet first.",
    });
  }, [connected, address]);
}
