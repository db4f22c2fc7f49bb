import type { Problem } from "@trainchain/dataset";
import type { ArchiveProblem } from "@trainchain/dataset/images";
import type { DraftView } from "@trainchain/protocol";

interface DraftReport {
  problems: (Problem | ArchiveProblem)[];
  errors: number;
  warnings: number;
}

/** What the platform's own check found, where it got that far. */
export function draftReport({ report }: DraftView): DraftReport | undefined {
  return report && Array.isArray(report.problems) && typeof report.errors === "number"
    ? (report as unknown as DraftReport)
    : undefined;
}
