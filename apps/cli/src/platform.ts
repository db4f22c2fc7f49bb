import { type ApiClient, createApiClient } from "@trainchain/api-client";
import { localChain, nodeName, nodeTransport, type SigningClient } from "@trainchain/chain";
import { openWallet } from "@trainchain/keystore";
import { type Address, type ConfigView, TrainChainError } from "@trainchain/protocol";
import { createPublicClient, createWalletClient, type PrivateKeyAccount, type PublicClient } from "viem";
import { readEnv } from "./env.ts";
import { openSignedInApi } from "./signed-in-api.ts";

/** Options that every command talking to the platform takes. */
export interface PlatformOptions {
  api?: string;
  rpc?: string;
  keystore?: string;
}

/** The platform as anybody sees it. */
export interface Platform {
  api: ApiClient;
  config: ConfigView;
  escrow: Address;
  reader: PublicClient;
}

/** The platform as one wallet sees it: signed in, and able to send transactions. */
export interface WalletPlatform extends Platform {
  account: PrivateKeyAccount;
  signer: SigningClient;
}

/** The platform's API, with what it says of itself. */
export async function openApi(url: string | undefined): Promise<Pick<Platform, "api" | "config">> {
  const api = createApiClient({ baseUrl: url ?? readEnv().API_URL });
  const config = await api.getConfig().catch((cause: unknown) => {
    if (!(cause instanceof TrainChainError && cause.code === "timeout")) throw cause;
    throw new TrainChainError(cause.code, cause.message, {
      fix: "Name the platform with --api or in API_URL, and see that it runs and the network reaches it; then try again.",
      facts: cause.facts,
      cause,
    });
  });
  return { api, config };
}

export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const { api, config } = await openApi(options.api);
  const transport = nodeTransport(nodeOf(options, config));
  const reader = createPublicClient({ transport, pollingInterval: 500 });
  return { api, config, escrow: config.escrow as Address, reader };
}

function nodeOf({ rpc }: PlatformOptions, config: ConfigView): string {
  return rpc ?? readEnv().RPC_URL ?? config.rpcUrl;
}

/** Opens the wallet, checks the chain and signs in, for as long as the command runs. */
export async function openWalletPlatform(options: PlatformOptions): Promise<WalletPlatform> {
  const env = readEnv();
  const { account } = await openWallet({
    keystore: options.keystore,
    privateKey: env.WALLET_PRIVATE_KEY,
    passphrase: env.TRAINCHAIN_KEYSTORE_PASSWORD,
  });
  const platform = await openPlatform(options);
  const api = await openSignedInApi(options.api ?? env.API_URL, account);
  const signer = await openSigner(platform, account, nodeOf(options, platform.config));
  return { ...platform, api, account, signer };
}

async function openSigner(
  { config, reader }: Platform,
  account: PrivateKeyAccount,
  rpcUrl: string,
): Promise<SigningClient> {
  const actual = await reader.getChainId().catch((cause: unknown) => {
    throw new TrainChainError(
      "chain-unavailable",
      `the chain's node at ${nodeName(rpcUrl)} does not answer`,
      {
        fix: "Check the address (--rpc, RPC_URL) and the network.",
        cause,
      },
    );
  });
  if (actual !== config.chainId)
    throw new TrainChainError(
      "wrong-network",
      `${nodeName(rpcUrl)} is a node of chain ${actual}, not of ${config.chainId}`,
      {
        fix: `Pass a node of ${config.chainName} with --rpc.`,
      },
    );
  const chain = {
    ...localChain,
    id: config.chainId,
    name: config.chainName,
    rpcUrls: { default: { http: [rpcUrl] } },
  };
  return createWalletClient({ account, chain, transport: nodeTransport(rpcUrl) });
}
