import type { BrowserContext, Page } from "playwright-core";
import {
  BaseError,
  createPublicClient,
  createWalletClient,
  type EIP1193RequestFn,
  type Hex,
  http,
  type LocalAccount,
} from "viem";

export interface TestWalletOptions {
  /** A viem account that signs in this process: the page never sees its key. */
  account: LocalAccount;
  rpcUrl: string;
  chainId: number;
  /** As the wallet announces itself. */
  name?: string;
}

/** A test's hold on the wallet of its page. */
export interface TestWallet {
  /** The person declines the next request that asks for a decision. */
  rejectNext(): void;
  /** The wallet is on another network from now on; the page is told. */
  setChain(chainId: number): Promise<void>;
  /** The person picks another account; the page is told. */
  setAccount(account: LocalAccount): Promise<void>;
  /** The person takes the site's permission away in the wallet; the page is told. */
  disconnect(): Promise<void>;
  /** Every method that the page asked for, oldest first. */
  readonly requests: readonly string[];
}

interface Answer {
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

const decisions = new Set([
  "eth_requestAccounts",
  "personal_sign",
  "eth_signTypedData_v4",
  "eth_sendTransaction",
  "wallet_switchEthereumChain",
  "wallet_addEthereumChain",
]);

/**
 * Gives every document of the page (or of all pages of a context) a wallet that announces itself by EIP-6963, as
 * MetaMask does. Call it before the first navigation. It signs and sends for real, on the chain behind `rpcUrl`.
 */
export async function installTestWallet(
  target: Page | BrowserContext,
  { account: firstAccount, rpcUrl, chainId: rpcChainId, name = "Test Wallet" }: TestWalletOptions,
): Promise<TestWallet> {
  let account = firstAccount;
  let chainId = rpcChainId;
  let permitted = false;
  let refusing = false;
  const knownChains = new Set([rpcChainId]);
  const requests: string[] = [];
  const transport = http(rpcUrl, { retryCount: 0 });
  const rpc = createPublicClient({ transport }).request as EIP1193RequestFn;
  const pages = () => ("pages" in target ? target.pages() : [target]);
  const emit = (event: string, value: unknown) =>
    Promise.all(
      pages().map((page) =>
        page.evaluate((detail) => window.dispatchEvent(new CustomEvent("test-wallet-event", { detail })), {
          event,
          value,
        }),
      ),
    );

  async function setChain(next: number): Promise<void> {
    if (next === chainId) return;
    chainId = next;
    await emit("chainChanged", `0x${next.toString(16)}`);
  }

  async function answer(method: string, params: readonly unknown[]): Promise<unknown> {
    requests.push(method);
    if (decisions.has(method) && refusing) {
      refusing = false;
      throw walletError(4001, "User rejected the request.");
    }
    const [first, second] = params;
    switch (method) {
      case "eth_requestAccounts":
        permitted = true;
        return [account.address];
      case "eth_accounts":
        return permitted ? [account.address] : [];
      case "wallet_requestPermissions":
        permitted = true;
        return [{ parentCapability: "eth_accounts" }];
      case "wallet_revokePermissions":
        permitted = false;
        return null;
      case "eth_chainId":
        return `0x${chainId.toString(16)}`;
      case "net_version":
        return String(chainId);
      case "personal_sign":
        return account.signMessage({ message: { raw: first as Hex } });
      case "eth_signTypedData_v4":
        return account.signTypedData(JSON.parse(second as string));
      case "wallet_addEthereumChain": {
        const added = Number((first as { chainId: Hex }).chainId);
        knownChains.add(added);
        await setChain(added);
        return null;
      }
      case "wallet_switchEthereumChain": {
        const wanted = Number((first as { chainId: Hex }).chainId);
        if (!knownChains.has(wanted)) throw walletError(4902, "Unrecognized chain ID.");
        await setChain(wanted);
        return null;
      }
      case "eth_sendTransaction": {
        if (chainId !== rpcChainId) throw walletError(4901, "The wallet is on another network.");
        const { to, data, value, gas, maxFeePerGas, maxPriorityFeePerGas } = first as Record<
          string,
          Hex | undefined
        >;
        return createWalletClient({ account, transport }).sendTransaction({
          chain: null,
          to: to ?? null,
          ...(data ? { data } : {}),
          ...(value ? { value: BigInt(value) } : {}),
          ...(gas ? { gas: BigInt(gas) } : {}),
          ...(maxFeePerGas ? { maxFeePerGas: BigInt(maxFeePerGas) } : {}),
          ...(maxPriorityFeePerGas ? { maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas) } : {}),
        });
      }
      default:
        return rpc({ method, params } as Parameters<typeof rpc>[0]);
    }
  }

  await target.exposeFunction(
    "testWalletRequest",
    async (method: string, params: readonly unknown[] = []) => {
      return answer(method, params).then(
        (result): Answer => ({ result }),
        (error: Error): Answer => ({ error: asWalletsTell(error) }),
      );
    },
  );
  await target.addInitScript(announceTestWallet, { name });

  return {
    requests,
    setChain,
    rejectNext() {
      refusing = true;
    },
    async setAccount(next) {
      account = next;
      if (permitted) await emit("accountsChanged", [next.address]);
    },
    async disconnect() {
      permitted = false;
      await emit("accountsChanged", []);
    },
  };
}

/** Wallets hand on what the node said, with the data of a contract's refusal. */
function asWalletsTell(error: Error & { code?: number }): NonNullable<Answer["error"]> {
  const { code = -32_603, message } = error;
  const said =
    error instanceof BaseError && error.walk((cause) => Boolean((cause as { data?: unknown }).data));
  if (!said) return { code, message };
  const { details, data } = said as BaseError & { data: unknown };
  return { code, message: details, data };
}

function walletError(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Runs in the page, so it may use nothing from outside. */
function announceTestWallet({ name }: { name: string }): void {
  type Listener = (value: unknown) => void;
  const listeners = new Map<string, Set<Listener>>();
  const host = window as unknown as {
    testWalletRequest: (method: string, params: unknown) => Promise<Answer>;
  };
  const provider = {
    async request({ method, params }: { method: string; params?: unknown }) {
      const { result, error } = await host.testWalletRequest(method, params);
      if (error) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
      return result;
    },
    on(event: string, listener: Listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener(event: string, listener: Listener) {
      listeners.get(event)?.delete(listener);
    },
  };
  window.addEventListener("test-wallet-event", (message) => {
    const { event, value } = (message as CustomEvent<{ event: string; value: unknown }>).detail;
    for (const listener of listeners.get(event) ?? []) listener(value);
  });
  const detail = Object.freeze({
    info: {
      uuid: "6d1cf0a2-5e0b-4a3e-9f0b-2f4b2a6f0c11",
      name,
      icon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
      rdns: "org.trainchain.test-wallet",
    },
    provider,
  });
  const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}
