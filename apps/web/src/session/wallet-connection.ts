import { getGasPriceWei, type ReadingClient, type SigningClient } from "@trainchain/chain";
import { type ConfigView, TrainChainError } from "@trainchain/protocol";
import type { Chain, EIP1193Provider } from "viem";
import { type Connector, createConfig, custom } from "wagmi";
import {
  connect,
  disconnect,
  getConnection,
  getConnectorClient,
  getConnectors,
  reconnect,
  signMessage,
  switchChain,
  watchConnection,
  watchConnectors,
} from "wagmi/actions";
import { toWalletError } from "./wallet-error.ts";

/** What the wallet says of itself. */
export interface WalletState {
  /** Checksummed; undefined when it is not connected to this site. */
  address: `0x${string}` | undefined;
  chainId: number | undefined;
}

export type WalletConnection = ReturnType<typeof createWalletConnection>;

/** One browser wallet of many, found by EIP-6963, on the platform's network. Everything thrown is a TrainChainError. */
export function createWalletConnection(platform: ConfigView) {
  const chain = chainOf(platform);
  const wagmi = createConfig({
    chains: [chain],
    // Reads go through the connected wallet too: the page talks to nobody but its API.
    transports: { [chain.id]: custom({ request: (call) => askWallet(call) }) },
  });
  let reconnecting: Promise<unknown> | undefined;

  async function askWallet(call: { method: string; params?: unknown }): Promise<unknown> {
    const provider = (await getConnection(wagmi).connector?.getProvider()) as EIP1193Provider | undefined;
    if (!provider) throw wrongAccount("", undefined);
    return provider.request(call as Parameters<EIP1193Provider["request"]>[0]);
  }

  /** Takes up the connection of an earlier visit. */
  async function resume(): Promise<void> {
    if (getConnection(wagmi).status === "connected") return;
    reconnecting ??= reconnect(wagmi);
    await reconnecting;
  }

  async function ensureNetwork(): Promise<void> {
    if (getConnection(wagmi).chainId === chain.id) return;
    await switchChain(wagmi, {
      chainId: chain.id,
      // Without an explorer the parameter must be absent: some wallets refuse an empty list.
      ...(platform.explorerUrl
        ? { addEthereumChainParameter: { blockExplorerUrls: [platform.explorerUrl] } }
        : {}),
    });
  }

  return {
    chain,
    /** The wallets of this browser now; `watchWallets` tells of more. */
    wallets: (): readonly Connector[] => getConnectors(wagmi),
    watchWallets: (onChange: (wallets: readonly Connector[]) => void) => watchConnectors(wagmi, { onChange }),

    state(): WalletState {
      const { address, chainId } = getConnection(wagmi);
      return { address, chainId };
    },

    /** Asks the wallet for an account of the person's choice. */
    async connect(connector: Connector): Promise<`0x${string}`> {
      try {
        const current = getConnection(wagmi);
        if (current.connector?.uid === connector.uid && current.address) return current.address;
        const { accounts } = await connect(wagmi, { connector });
        const [address] = accounts;
        if (address) return address;
      } catch (error) {
        throw toWalletError(error);
      }
      throw new TrainChainError("not-signed-in", "the wallet gave no account", {
        fix: "Unlock it and choose an account.",
      });
    },

    /** Asks the wallet to be on the platform's network, adding it where it is unknown. */
    async ensureNetwork(): Promise<void> {
      await ensureNetwork().catch((error: unknown) => {
        throw toWalletError(error);
      });
    },

    async signMessage(message: string): Promise<string> {
      return signMessage(wagmi, { message }).catch((error: unknown) => {
        throw toWalletError(error);
      });
    },

    /** A client that signs as `wallet` on the platform's network; asks the wallet to be there first. */
    async signer(wallet: `0x${string}`): Promise<SigningClient> {
      try {
        await resume();
        const { address } = getConnection(wagmi);
        if (address?.toLowerCase() !== wallet) throw wrongAccount(wallet, address);
        await ensureNetwork();
        return (await getConnectorClient(wagmi, { chainId: chain.id })) as SigningClient;
      } catch (error) {
        throw toWalletError(error);
      }
    },

    /** Reads the platform's chain, through the wallet. */
    reader: (): ReadingClient => wagmi.getClient({ chainId: chain.id }),

    /** What the network asks for a unit of gas now. */
    async gasPriceWei(): Promise<bigint> {
      await resume();
      return getGasPriceWei(wagmi.getClient({ chainId: chain.id }), chain.id);
    },

    /** Calls back at each change of account or network, first with the state after an earlier visit's connection is taken up. */
    async follow(signal: AbortSignal, onChange: (state: WalletState) => void): Promise<void> {
      await resume().catch(() => undefined);
      if (signal.aborted) return;
      const tell = () => {
        const { address, chainId, status } = getConnection(wagmi);
        if (status === "connected" || status === "disconnected") onChange({ address, chainId });
      };
      // A wallet that is locked or gone at the start is no reason to sign out: only what it says later is.
      if (getConnection(wagmi).status === "connected") tell();
      const stop = watchConnection(wagmi, { onChange: tell });
      signal.addEventListener("abort", stop, { once: true });
    },

    async disconnect(): Promise<void> {
      await disconnect(wagmi).catch(() => undefined);
    },
  };
}

function chainOf({ chainId, chainName, rpcUrl, explorerUrl }: ConfigView): Chain {
  return {
    id: chainId,
    name: chainName,
    nativeCurrency: { name: "POL", symbol: "POL", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    ...(explorerUrl ? { blockExplorers: { default: { name: "Explorer", url: explorerUrl } } } : {}),
  };
}

function wrongAccount(wanted: string, address: string | undefined): TrainChainError {
  return address
    ? new TrainChainError("forbidden", "your wallet has another account open than the one signed in", {
        fix: `Switch it back to ${wanted}, or sign out and sign in with the other account.`,
      })
    : new TrainChainError("not-signed-in", "your wallet is locked or no longer connected to this site", {
        fix: "Unlock it, or sign out and connect again.",
      });
}
