import { type Chain, type Client, parseGwei, type Transport } from "viem";
import { estimateMaxPriorityFeePerGas, getBlock } from "viem/actions";

type Reader = Client<Transport, Chain | undefined>;

/** Prices of a transaction in wei per gas (EIP-1559). */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/**
 * The lowest tip, in wei per gas, that the nodes of a network take into their pools. Polygon's advise less when asked
 * (eth_maxPriorityFeePerGas) and refuse it when sent: the network's rule is 25 gwei, on both of its chains.
 */
const minTipsWei: Record<number, bigint | undefined> = { 137: parseGwei("25"), 80002: parseGwei("25") };

/** The same prices with the network's lowest tip at least; what a tip lacks is added to the most that is paid too. */
export function withMinTip(chainId: number, fees: Fees): Fees {
  const missing = (minTipsWei[chainId] ?? 0n) - fees.maxPriorityFeePerGas;
  if (missing <= 0n) return fees;
  return {
    maxFeePerGas: fees.maxFeePerGas + missing,
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas + missing,
  };
}

/** What a transaction must offer now: the market's tip, and twice the base fee, which leaves it room to rise. */
export async function estimateFees(client: Reader, chainId: number): Promise<Fees> {
  const { baseFeeWei, tipWei } = await readMarket(client);
  return withMinTip(chainId, { maxFeePerGas: 2n * baseFeeWei + tipWei, maxPriorityFeePerGas: tipWei });
}

/** What a unit of gas costs now: the base fee and the tip that must be offered. */
export async function getGasPriceWei(client: Reader, chainId: number): Promise<bigint> {
  const { baseFeeWei, tipWei } = await readMarket(client);
  return withMinTip(chainId, { maxFeePerGas: baseFeeWei + tipWei, maxPriorityFeePerGas: tipWei })
    .maxFeePerGas;
}

/** The least that a unit of gas can be mined for now: the base fee and the lowest tip that the network's nodes take. */
export async function getLeastGasPriceWei(client: Reader, chainId: number): Promise<bigint> {
  const { baseFeePerGas } = await getBlock(client);
  return (baseFeePerGas ?? 0n) + (minTipsWei[chainId] ?? 0n);
}

async function readMarket(client: Reader): Promise<{ baseFeeWei: bigint; tipWei: bigint }> {
  const [{ baseFeePerGas }, tipWei] = await Promise.all([
    getBlock(client),
    estimateMaxPriorityFeePerGas(client),
  ]);
  return { baseFeeWei: baseFeePerGas ?? 0n, tipWei };
}
