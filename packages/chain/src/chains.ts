import { TrainChainError } from "@trainchain/protocol";
import { type Chain, defineChain } from "viem";
import { polygon, polygonAmoy } from "viem/chains";

/** A chain that anvil runs on this machine; it takes Amoy's number, so that wallets and files behave as there. */
export const localChain = defineChain({
  id: 80_002,
  name: "TrainChain local",
  nativeCurrency: { name: "POL", symbol: "POL", decimals: 18 },
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
