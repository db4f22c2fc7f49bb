import { TrainChainError } from "@trainchain/protocol/plain";
import { placeOfProblem } from "./problems.ts";
import type { DatasetReport } from "./scan-dataset.ts";

/** Why a file cannot be used: its first problem, with the whole report among the facts. */
export function invalidDataset(report: DatasetReport): TrainChainError {
  const first = report.problems[0]!;
  const others = report.errors > first.count ? ` (and ${report.errors - first.count} more errors)` : "";
  return new TrainChainError("dataset-invalid", `${placeOfProblem(first)} ${first.problem}${others}`, {
    fix: first.fix,
    facts: { report },
  });
}
