import { getGasPriceWei, type ReadingClient, type SigningClient } from "@trainchain/chain";
import { type Address, type ConfigView, TrainChainError } from "@trainchain/protocol";
import type { Chain, EIP1193Provider } from "viem";
import { getBalance } from "viem/actions";
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

type Network = Pick<ConfigView, "chainId" | "chainName" | "rpcUrl" | "explorerUrl">;

/** What the wallet says of itself. */
export interface WalletNow {
  /** Checksummed; undefined while it is not connected to this page. */
  address: `0x${string}` | undefined;
  chainId: number | undefined;
}

export type BrowserWallet = ReturnType<typeof createBrowserWallet>;

/** One wallet of this browser, found by EIP-6963, on the jobs' network. Everything thrown is a TrainChainError. */
export function createBrowserWallet(network: Network) {
  const chain = chainOf(network);
  const wagmi = createConfig({
    chains: [chain],
    // Reads go through the connected wallet too: the page talks to nobody but who served it.
    transports: { [chain.id]: custom({ request: (call) => askWallet(call) }) },
  });
  let resuming: Promise<unknown> | undefined;
  let last: WalletNow = { address: undefined, chainId: undefined };

  async function askWallet(call: { method: string; params?: unknown }): Promise<unknown> {
    const provider = (await getConnection(wagmi).connector?.getProvider()) as EIP1193Provider | undefined;
    if (!provider) throw wrongAccount("", undefined);
    return provider.request(call as Parameters<EIP1193Provider["request"]>[0]);
  }

  /** Takes up the connection of an earlier visit; without one there is none. */
  async function resume(): Promise<void> {
    if (getConnection(wagmi).status === "connected") return;
    resuming ??= reconnect(wagmi).catch(() => undefined);
    await resuming;
  }

  async function ensureNetwork(): Promise<void> {
    if (getConnection(wagmi).chainId === chain.id) return;
    // Without an explorer the parameter must be absent: some wallets refuse an empty list.
    const explorer = network.explorerUrl
      ? { addEthereumChainParameter: { blockExplorerUrls: [network.explorerUrl] } }
      : {};
    await switchChain(wagmi, { chainId: chain.id, ...explorer });
  }

  const reader = (): ReadingClient => wagmi.getClient({ chainId: chain.id });

  return {
    /** The wallets of this browser now; `watchWallets` tells of more. */
    wallets: (): readonly Connector[] => getConnectors(wagmi),
    watchWallets: (onChange: (wallets: readonly Connector[]) => void) => watchConnectors(wagmi, { onChange }),
    resume,

    /** Its account and network: the same object until one of them changes. */
    now(): WalletNow {
      const { address, chainId } = getConnection(wagmi);
      if (address !== last.address || chainId !== last.chainId) last = { address, chainId };
      return last;
    },
    watch: (onChange: () => void) => watchConnection(wagmi, { onChange }),

    /** Asks the wallet for an account of the person's choice; resolves with its checksummed address. */
    connect: (connector: Connector) =>
      inWords(async () => {
        await resume();
        const current = getConnection(wagmi);
        if (current.connector?.uid === connector.uid && current.address) return current.address;
        const { accounts } = await connect(wagmi, { connector });
        if (accounts[0]) return accounts[0];
        throw new TrainChainError("not-signed-in", "the wallet gave no account", {
          fix: "Unlock it and choose an account.",
        });
      }),

    /** Asks the wallet to be on the jobs' network, adding it where it is unknown. */
    ensureNetwork: () => inWords(ensureNetwork),

    signMessage: (message: string) => inWords(() => signMessage(wagmi, { message })),

    /** A client that signs as `wallet` on the jobs' network; asks the wallet to be there first. */
    signer: (wallet: string) =>
      inWords(async () => {
        await resume();
        const { address } = getConnection(wagmi);
        if (address?.toLowerCase() !== wallet) throw wrongAccount(wallet, address);
        await ensureNetwork();
        return (await getConnectorClient(wagmi, { chainId: chain.id })) as SigningClient;
      }),

    /** Reads the jobs' chain, through the wallet. */
    reader,

    /** What the network asks for a unit of gas now. */
    async gasPriceWei(): Promise<bigint> {
      await resume();
      return getGasPriceWei(reader(), chain.id);
    },

    /** What a wallet has now. */
    async balanceWei(address: Address): Promise<bigint> {
      await resume();
      return getBalance(reader(), { address });
    },

    /** Calls back at each change of account or network, first with the state after an earlier visit's connection is taken up. */
    async follow(signal: AbortSignal, onChange: (state: WalletNow) => void): Promise<void> {
      await resume();
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

    disconnect: () => disconnect(wagmi).catch(() => undefined),
  };
}

async function inWords<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw toWalletError(error);
  }
}

function chainOf({ chainId, chainName, rpcUrl, explorerUrl }: Network): Chain {
  return {
    id: chainId,
    name: chainName,
    nativeCurrency: { name: "POL", symbol: "POL", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    ...(explorerUrl ? { blockExplorers: { default: { name: "Explorer", url: explorerUrl } } } : {}),
  };
}

function wrongAccount(wanted: string, open: string | undefined): TrainChainError {
  return open
    ? new TrainChainError("forbidden", "your wallet has another account open than the one signed in", {
        fix: `Switch it back to ${wanted}, or sign in with the other account.`,
      })
    : new TrainChainError("not-signed-in", "your wallet is locked or not connected to this page", {
        fix: "Unlock it, or connect it again.",
      });
}
