import type { Receipt } from "@trainchain/protocol";

const cid = `bafkrei${"a".repeat(52)}`;
const address = `0x${"12".repeat(20)}`;
const loss = (nats: number) => ({ loss: nats, bitsPerByte: nats / 4 });

/** A whole receipt of a fine-tuning job, as the platform writes it, over a merge of this sha256. */
export function adapterReceipt(mergedSha256: string): Receipt {
  const contributor = (slot: number) => ({
    ...{ contributor: address, slot, rows: 40 - slot, weight: 0.5 },
    ...{ adapterCid: cid, adapterSha256: "c".repeat(64), sizeBytes: 1_000, checks: [] },
    evaluation: loss(3.1),
  });
  return {
    result: {
      ...{ version: 1, jobId: "7", chainId: 80_002, escrow: address, specCid: cid, bundleCid: cid },
      mergedSha256,
      model: { id: "Qwen/Qwen2.5-1.5B-Instruct", revision: "989aa7980e4cf806f80c7fef2b1adb7bc71aa306" },
      ...{ seed: 7, method: "svd", rank: 4, relativeError: 0.01 },
      contributors: [contributor(0), contributor(1)],
      evaluation: {
        holdoutRows: 20,
        measured: { rows: 20, tokens: 900 },
        ...{ base: loss(4), merged: loss(3), fedavg: null },
      },
      communicationBytes: 2_000,
    },
    resultCid: cid,
    status: "completed",
    ...{ stakeWei: "1000", feeWei: "50", refundWei: "0" },
    payouts: [{ contributor: address, amountWei: "950" }],
    transactions: [{ event: "JobCreated", hash: `0x${"d".repeat(64)}`, blockNumber: "1" }],
  };
}
