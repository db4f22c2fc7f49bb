import type { LeftOut } from "@trainchain/protocol";
import { type ProblemKind, problemTable } from "./problems.ts";
import type { DatasetReport } from "./scan-dataset.ts";

/**
 * The rows that the others of a file can be used without; undefined where all can be used, where none can, and where
 * reading stopped before the end.
 */
export function leftOutOf({ rows, leftOut, stopped, counts }: DatasetReport): LeftOut | undefined {
  if (rows === 0 || leftOut === 0 || stopped) return undefined;
  const isError = ([kind]: [string, number]) => problemTable[kind as ProblemKind].severity === "error";
  return { rows: leftOut, reasons: Object.fromEntries(Object.entries(counts).filter(isError)) };
}
