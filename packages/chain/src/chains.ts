import { TrainChainError } from "@trainchain/protocol";
import { type Chain, defineChain } from "viem";

const pol = { name: "POL", symbol: "POL", decimals: 18 };
const explorer = (url: string) => ({
  default: { name: "PolygonScan", url, apiUrl: "https://api.etherscan.io/v2/api" },
});
const multicall3 = (blockCreated: number) => ({
  multicall3: { address: "0xca11bde05977b3631167028862be2a173976ca11" as const, blockCreated },
});

// As viem has them: its module of all chains costs each process that loads it a fifth of a second.
const polygon = defineChain({
  id: 137,
  name: "Polygon",
  blockTime: 2_000,
  nativeCurrency: pol,
  rpcUrls: { default: { http: ["https://polygon.drpc.org"] } },
  blockExplorers: explorer("https://polygonscan.com"),
  contracts: multicall3(25_770_160),
});
const polygonAmoy = defineChain({
  id: 80_002,
  name: "Polygon Amoy",
  nativeCurrency: pol,
  rpcUrls: { default: { http: ["https://polygon-amoy.drpc.org"] } },
  blockExplorers: explorer("https://amoy.polygonscan.com"),
  contracts: multicall3(3_127_388),
  testnet: true,
});

/** A chain that anvil runs on this machine; it takes Amoy's number, so that wallets and files behave as there. */
export const localChain = defineChain({
  id: 80_002,
  name: "TrainChain local",
  nativeCurrency: pol,
  rpcUrls: { default: { http: ["http://127.0.0.1:8545"] } },
  testnet: true,
});

/** The networks a deployment is made to. */
export const networks = { amoy: polygonAmoy, polygon, local: localChain } as const satisfies Record<
  string,
  Chain
>;
export type NetworkName = keyof typeof networks;

/** The named network, reached at `rpcUrl` where one is given. */
export function getChain(name: NetworkName, rpcUrl?: string): Chain {
  const chain = networks[name];
  return rpcUrl === undefined ? chain : { ...chain, rpcUrls: { default: { http: [rpcUrl] } } };
}

/** The name of a network, or a refusal that lists them. */
export function parseNetworkName(name: string): NetworkName {
  if (Object.hasOwn(networks, name)) return name as NetworkName;
  throw new TrainChainError("invalid-input", `There is no network "${name}".`, {
    fix: `Use one of ${Object.keys(networks).join(", ")}.`,
    facts: { network: name },
  });
}
