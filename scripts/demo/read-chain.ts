import { decodeEvents } from "@trainchain/chain";
import { type Address, createPublicClient, type Hex, http } from "viem";

export interface TransactionRow {
  event: string;
  hash: Hex;
  from: Address;
  gas: bigint;
  /** What the sender paid for its gas. */
  feeWei: bigint;
}

/** What the chain itself says, asked without the API in between. */
export function createChainReader(rpcUrl: string, escrow: Address) {
  const client = createPublicClient({ transport: http(rpcUrl) });
  return {
    client,
    balanceOf: (address: Address) => client.getBalance({ address }),
    /** Every transaction of the escrow since `fromBlock`, with the events it caused and the gas it took. */
    async listTransactions(fromBlock: bigint): Promise<TransactionRow[]> {
      const logs = await client.getLogs({ address: escrow, fromBlock, toBlock: "latest" });
      const events = new Map<Hex, string[]>();
      for (const { transactionHash, name } of decodeEvents(logs)) {
        events.set(transactionHash, [...(events.get(transactionHash) ?? []), name]);
      }
      return Promise.all(
        [...events].map(async ([hash, names]) => {
          const receipt = await client.getTransactionReceipt({ hash });
          return {
            event: [...new Set(names)].join(", "),
            hash,
            from: receipt.from,
            gas: receipt.gasUsed,
            feeWei: receipt.gasUsed * receipt.effectiveGasPrice,
          };
        }),
      );
    },
  };
}

export type ChainReader = ReturnType<typeof createChainReader>;
