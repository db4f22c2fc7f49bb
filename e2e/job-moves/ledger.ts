import type { Address } from "@trainchain/protocol";
import type { PublicClient } from "viem";

/**
 * Remembers the balances of some wallets. The function that it gives tells, as often as it is asked, what each of
 * them gained (or lost, below zero) since, to the wei and without the gas that it paid.
 */
export async function openLedger<Name extends string>(
  chain: PublicClient,
  wallets: Record<Name, Address>,
): Promise<() => Promise<Record<Name, bigint>>> {
  const names = Object.keys(wallets) as Name[];
  const balances = () => Promise.all(names.map((name) => chain.getBalance({ address: wallets[name] })));
  const since = await chain.getBlockNumber({ cacheTime: 0 });
  const before = await balances();
  return async () => {
    const [after, gasPaid] = await Promise.all([balances(), listGasPaid(chain, since)]);
    const gains = names.map((name, index) => {
      const gasWei = gasPaid.get(wallets[name].toLowerCase()) ?? 0n;
      return [name, after[index]! - before[index]! + gasWei] as const;
    });
    return Object.fromEntries(gains) as Record<Name, bigint>;
  };
}

/** What every sender paid for gas in the blocks after `since`. */
async function listGasPaid(chain: PublicClient, since: bigint): Promise<Map<string, bigint>> {
  const paid = new Map<string, bigint>();
  const last = await chain.getBlockNumber({ cacheTime: 0 });
  for (let blockNumber = since + 1n; blockNumber <= last; blockNumber += 1n) {
    for (const hash of (await chain.getBlock({ blockNumber })).transactions) {
      const { from, gasUsed, effectiveGasPrice } = await chain.getTransactionReceipt({ hash });
      paid.set(from, (paid.get(from) ?? 0n) + gasUsed * effectiveGasPrice);
    }
  }
  return paid;
}
