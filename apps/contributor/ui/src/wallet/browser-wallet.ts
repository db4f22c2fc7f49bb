import type { SigningClient } from "@trainchain/chain";
import { type AppState, TrainChainError } from "@trainchain/protocol";
import type { Chain } from "viem";
import { type Connector, createConfig, unstable_connector } from "wagmi";
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

type Network = NonNullable<AppState["platform"]["config"]>;

export interface WalletNow {
  /** Checksummed; undefined while no wallet is connected to this window. */
  address: `0x${string}` | undefined;
  chainId: number | undefined;
}

export type BrowserWallet = ReturnType<typeof createBrowserWallet>;

/** One wallet of this browser, found by EIP-6963, on the jobs' network. Everything thrown is a TrainChainError. */
export function createBrowserWallet(network: Network) {
  const chain = chainOf(network);
  const wagmi = createConfig({
    chains: [chain],
    // The window talks to nobody but the app on this machine: what is read from the chain goes through the wallet.
    transports: { [chain.id]: unstable_connector({ type: "injected" }) },
  });
  const reconnecting = reconnect(wagmi).catch(() => undefined);
  let now = read();

  function read(): WalletNow {
    const { address, chainId } = getConnection(wagmi);
    return { address, chainId };
  }

  async function inWords<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw toWalletError(error);
    }
  }

  async function ensureNetwork(): Promise<void> {
    if (getConnection(wagmi).chainId === chain.id) return;
    // Without an explorer the parameter must be absent: some wallets refuse an empty list.
    const explorer = network.explorerUrl
      ? { addEthereumChainParameter: { blockExplorerUrls: [network.explorerUrl] } }
      : {};
    await switchChain(wagmi, { chainId: chain.id, ...explorer });
  }

  return {
    chainId: chain.id,
    wallets: (): readonly Connector[] => getConnectors(wagmi),
    watchWallets: (onChange: (wallets: readonly Connector[]) => void) => watchConnectors(wagmi, { onChange }),
    now: () => now,
    watch(onChange: () => void) {
      return watchConnection(wagmi, {
        onChange: () => {
          now = read();
          onChange();
        },
      });
    },
    /** Asks the wallet for an account; resolves with the checksummed address. */
    connect: (connector: Connector) =>
      inWords(async () => {
        await reconnecting;
        const current = getConnection(wagmi);
        if (current.connector?.uid === connector.uid && current.address) return current.address;
        const { accounts } = await connect(wagmi, { connector });
        if (accounts[0]) return accounts[0];
        throw new TrainChainError("not-signed-in", "the wallet gave no account", {
          fix: "Unlock it and choose an account.",
        });
      }),
    ensureNetwork: () => inWords(ensureNetwork),
    signMessage: (message: string) => inWords(() => signMessage(wagmi, { message })),
    /** A client that signs as `address`, on the jobs' network; asks the wallet to be there first. */
    signerFor: (address: string) =>
      inWords(async () => {
        await reconnecting;
        const open = getConnection(wagmi).address;
        if (open?.toLowerCase() !== address) throw wrongAccount(address, open);
        await ensureNetwork();
        return (await getConnectorClient(wagmi, { chainId: chain.id })) as SigningClient;
      }),
    disconnect: () => disconnect(wagmi).catch(() => undefined),
  };
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
    ? new TrainChainError("forbidden", "your wallet has another account open than the one at work here", {
        fix: `Switch it to ${wanted}, or sign in with the other account.`,
      })
    : new TrainChainError("not-signed-in", "your wallet is locked or not connected to this window", {
        fix: "Unlock it, or connect it again.",
      });
}
