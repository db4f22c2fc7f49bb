import type { Receipt } from "@trainchain/protocol";
import { formatEther } from "viem";
import type { Claim } from "./check-claims.ts";
import type { StepTime } from "./progress.ts";
import type { TransactionRow } from "./read-chain.ts";

export interface BalanceRow {
  who: string;
  wallet: string;
  beforeWei: bigint;
  afterWei: bigint;
  gasPaidWei: bigint;
}

export interface DemoReport {
  jobId: bigint;
  receipt: Receipt;
  balances: BalanceRow[];
  transactions: TransactionRow[];
  steps: StepTime[];
  claims: Claim[];
  holds: boolean;
}

/** The demo's last page, for people. */
export function printReport({ receipt, balances, transactions, steps, claims }: DemoReport): void {
  const { result } = receipt;
  const heading = (text: string) => console.log(`\n${text}`);

  if (result.evaluation) {
    const { base, merged, fedavg, holdoutRows } = result.evaluation;
    heading(`Held-out loss on ${holdoutRows} rows nobody trained on (nats per token; lower is better)`);
    console.table([
      { adapter: "base model", loss: rounded(base.loss), "bits per byte": rounded(base.bitsPerByte) },
      ...result.contributors.map(({ slot, rows, evaluation }) => ({
        adapter: `contributor ${slot + 1} alone (${rows} rows)`,
        loss: evaluation && rounded(evaluation.loss),
        "bits per byte": evaluation && rounded(evaluation.bitsPerByte),
      })),
      ...(fedavg
        ? [
            {
              adapter: "factors averaged apart",
              loss: rounded(fedavg.loss),
              "bits per byte": rounded(fedavg.bitsPerByte),
            },
          ]
        : []),
      {
        adapter: `merged (${result.method}, rank ${result.rank}, error ${(100 * result.relativeError).toFixed(2)} %)`,
        loss: rounded(merged.loss),
        "bits per byte": rounded(merged.bitsPerByte),
      },
    ]);
  }
  heading("Balances in wei");
  console.table(
    balances.map(({ who, beforeWei, afterWei, gasPaidWei }) => ({
      who,
      before: String(beforeWei),
      after: String(afterWei),
      "gas paid": String(gasPaidWei),
      "without gas, POL": formatEther(afterWei - beforeWei + gasPaidWei),
    })),
  );
  heading("Transactions");
  console.table(transactions.map(({ event, hash, gas }) => ({ event, gas: Number(gas), hash })));
  heading("Content");
  console.table([
    { what: "job spec (public)", cid: result.specCid },
    ...result.contributors.map(({ slot, adapterCid }) => ({
      what: `adapter ${slot + 1} (sealed)`,
      cid: adapterCid,
    })),
    { what: "result bundle (sealed)", cid: result.bundleCid },
    { what: "result document (public)", cid: receipt.resultCid },
  ]);
  heading("Seconds");
  console.table(steps);
  heading("Claims, checked");
  console.table(claims.map(({ claim, holds, seen }) => ({ claim, holds: holds ? "yes" : "NO", seen })));
}

/** The report as one JSON document; amounts are decimal strings. */
export function toJson(report: DemoReport): string {
  return JSON.stringify(report, (_, value) => (typeof value === "bigint" ? String(value) : value), 2);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
