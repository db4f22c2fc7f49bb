import type { Receipt } from "@trainchain/protocol";
import { formatEther } from "viem";
import type { Answered } from "./ask-questions.ts";
import type { Claim } from "./check-claims.ts";
import { printTable } from "./print-table.ts";
import type { StepTime } from "./progress.ts";
import type { TransactionRow } from "./read-chain.ts";

export interface BalanceRow {
  who: string;
  wallet: string;
  beforeWei: bigint;
  afterWei: bigint;
  gasPaidWei: bigint;
}

/** What every demo reports. */
export interface DemoReport {
  jobId: bigint;
  balances: BalanceRow[];
  transactions: TransactionRow[];
  steps: StepTime[];
  claims: Claim[];
  holds: boolean;
}

/** The demo's last page, for people. */
export function printReport({
  receipt,
  answers,
  balances,
  transactions,
  steps,
  claims,
}: DemoReport & { receipt: Receipt; answers: Answered[] }): void {
  printAnswers(answers);
  printLosses(receipt, balances);
  printMoney(balances, transactions);
  const { result, resultCid } = receipt;
  printTable("Content", [
    { what: "job spec (public)", cid: result.specCid },
    ...result.contributors.map(({ contributor, adapterCid }) => ({
      what: `adapter of ${nameOf(contributor, balances)} (sealed)`,
      cid: adapterCid,
    })),
    { what: "result bundle (sealed)", cid: result.bundleCid },
    { what: "result document (public)", cid: resultCid },
  ]);
  printSeconds(steps);
  printClaims(claims);
}

function printAnswers(answers: readonly Answered[]): void {
  if (answers.length > 0) console.log("\nAsked before and after");
  const lines = (text: string) => text.split("\n").filter((line) => line.trim());
  for (const { question, before, after } of answers) {
    console.log(`\n  ${lines(question).join(" ")}`);
    for (const [who, text] of Object.entries({ before, after }))
      for (const [number, line] of lines(text).entries())
        console.log(`    ${(number === 0 ? who : "").padEnd(6)} │ ${line}`);
  }
}

export function printMoney(balances: readonly BalanceRow[], transactions: readonly TransactionRow[]): void {
  printTable(
    "Balances in wei",
    balances.map(({ who, beforeWei, afterWei, gasPaidWei }) => ({
      who,
      before: String(beforeWei),
      after: String(afterWei),
      "paid for gas": String(gasPaidWei),
      "change without gas": `${formatEther(afterWei - beforeWei + gasPaidWei)} POL`,
    })),
  );
  printTable(
    "Transactions",
    transactions.map(({ event, hash, gas }) => ({ event, gas: Number(gas), hash })),
  );
}

export function printSeconds(steps: readonly StepTime[]): void {
  printTable(
    "Seconds",
    steps.map(({ step, seconds }) => ({ step, seconds })),
  );
}

export function printClaims(claims: readonly Claim[]): void {
  printTable(
    "Claims, checked",
    claims.map(({ claim, holds, seen }) => ({ claim, holds: holds ? "yes" : "NO", seen })),
  );
}

function printLosses({ result }: Receipt, balances: BalanceRow[]): void {
  if (!result.evaluation) return;
  const { base, merged, fedavg, holdoutRows, measured } = result.evaluation;
  const row = (adapter: string, evaluation: { loss: number; bitsPerByte: number } | null) => ({
    adapter,
    loss: evaluation?.loss.toFixed(4),
    "bits per byte": evaluation?.bitsPerByte.toFixed(4),
  });
  printTable(
    `Held-out loss on ${measured?.rows ?? holdoutRows} rows nobody trained on (nats per token; lower is better)`,
    [
      row("base model", base),
      ...result.contributors.map(({ contributor, rows, evaluation }) =>
        row(`${nameOf(contributor, balances)} alone (${rows} rows)`, evaluation),
      ),
      row("factors averaged apart", fedavg),
      row(
        `merged: ${result.method}, rank ${result.rank}, error ${(100 * result.relativeError).toFixed(2)} %`,
        merged,
      ),
    ],
  );
}

/** The name under which the table of balances knows a wallet. */
function nameOf(wallet: string, balances: BalanceRow[]): string {
  return balances.find((row) => row.wallet.toLowerCase() === wallet.toLowerCase())?.who ?? wallet;
}

/** The report as one JSON document; amounts are decimal strings. */
export function toJson(report: unknown): string {
  return JSON.stringify(
    report,
    (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    2,
  );
}
