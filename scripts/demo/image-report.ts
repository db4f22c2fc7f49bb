import { type ImageReceipt, measuredImages } from "@trainchain/protocol";
import { printTable } from "./print-table.ts";
import { type DemoReport, printClaims, printMoney, printSeconds } from "./report.ts";

export interface ImageOutcome {
  receipt: ImageReceipt;
  /** Whether training started from pretrained weights; where they cannot be had it starts untrained. */
  pretrained: boolean;
  trainingSeconds: number;
}

/** The image demo's last page, for people. */
export function printImageReport(report: DemoReport & ImageOutcome): void {
  const { receipt, balances, transactions, steps, claims, pretrained, trainingSeconds } = report;
  const { evaluation, classes, model } = receipt.result;
  const { accuracy, correct, chance, confusion } = evaluation;
  const rows = measuredImages(evaluation);
  printTable(
    `Confusion on ${rows} held-out images: rows are the true classes, columns the named ones`,
    confusion.map((row, index) => ({
      "": classes[index],
      ...Object.fromEntries(row.map((count, column) => [classes[column] ?? "", count || "·"])),
    })),
  );
  printTable("Accuracy on the holdout", [
    {
      model: `${model.id}, ${pretrained ? "from pretrained weights" : "untrained at the start"}`,
      right: `${correct} of ${rows}`,
      accuracy: `${(100 * accuracy).toFixed(1)} %`,
      "by chance": `${(100 * chance.accuracy).toFixed(1)} %`,
      "asked at least": chance.leastCorrect,
      "training, s": trainingSeconds.toFixed(1),
    },
  ]);
  printMoney(balances, transactions);
  printSeconds(steps);
  printClaims(claims);
}
