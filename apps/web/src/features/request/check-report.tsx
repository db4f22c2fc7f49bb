import { ErrorNotice, formatCount, Notice, Progress } from "@trainchain/ui";
import type { ReactNode } from "react";
import type { FileCheck } from "./kinds/file-checks.ts";
import { Found } from "./kinds/found.tsx";
import { ProblemTable } from "./problem-table.tsx";
import type { FileCheckState } from "./use-file-check.ts";

/** What the check of the chosen file says, while it runs and after, with what may be chosen then below its verdict. */
export function CheckReport({ state, choice }: { state: FileCheckState; choice?: ReactNode }) {
  if (state.status === "none") return null;
  if (state.status === "failed")
    return <ErrorNotice title="This file cannot be read" error={state.message} />;
  if (state.status === "checking") {
    return (
      <div className="grid gap-2">
        <p className="text-sm text-muted">Checking the file on your machine. Nothing has been sent.</p>
        <Progress label="Checking the file" value={state.share} />
      </div>
    );
  }
  return (
    <div className="grid gap-4" aria-live="polite">
      <Verdict check={state.check} hasChoice={Boolean(choice)} />
      {choice}
      <ProblemTable problems={state.check.report.problems} total={totalProblems(state.check)} />
      <Found check={state.check} />
    </div>
  );
}

function totalProblems({ report }: FileCheck): number {
  return report.errors + report.warnings;
}

function Verdict({ check: { report }, hasChoice }: { check: FileCheck; hasChoice: boolean }) {
  const count = (many: number, one: string) => `${formatCount(many)} ${one}${many === 1 ? "" : "s"}`;
  if (!report.ok)
    return (
      <Notice tone="danger" title={`${count(report.errors, "problem")} to mend`}>
        Mend the file as the table says, then choose it again{hasChoice && "; or go on without these rows"}.
        What you filled in below stays.
      </Notice>
    );
  if (report.warnings > 0)
    return (
      <Notice tone="warning" title="This file can be used">
        {count(report.problems.length, "warning")}, put right as the table says.
      </Notice>
    );
  return <Notice tone="positive" title="This file can be used" />;
}
