import { describeRows } from "@trainchain/dataset";
import { ErrorNotice, formatCount, Notice, Progress, Stat } from "@trainchain/ui";
import type { FileCheck } from "./check-file.worker.ts";
import { LengthHistogram } from "./length-histogram.tsx";
import { ProblemTable } from "./problem-table.tsx";
import { RowPreview } from "./row-preview.tsx";
import type { FileCheckState } from "./use-file-check.ts";

/** What the check of the chosen file says, while it runs and after. */
export function CheckReport({ state }: { state: FileCheckState }) {
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
      <Verdict check={state.check} />
      <ProblemTable problems={state.check.report.problems} total={totalProblems(state.check)} />
      {state.check.kind === "llm-finetune" ? (
        <RowsFound check={state.check} />
      ) : (
        <ClassesFound check={state.check} />
      )}
    </div>
  );
}

function totalProblems({ report }: FileCheck): number {
  return report.errors + report.warnings;
}

function Verdict({ check: { report } }: { check: FileCheck }) {
  const count = (many: number, one: string) => `${formatCount(many)} ${one}${many === 1 ? "" : "s"}`;
  if (!report.ok)
    return (
      <Notice tone="danger" title={`${count(report.errors, "problem")} to mend`}>
        Mend the file as the table says, then choose it again. What you filled in below stays.
      </Notice>
    );
  if (report.warnings > 0)
    return (
      <Notice tone="warning" title="This file can be used">
        {count(report.warnings, "warning")}, put right as the table says.
      </Notice>
    );
  return <Notice tone="positive" title="This file can be used" />;
}

function RowsFound({ check: { report, sample } }: { check: Extract<FileCheck, { kind: "llm-finetune" }> }) {
  const hints = Object.entries(sample.sensitiveRows);
  return (
    <>
      {report.layouts.length > 0 && <p className="text-sm font-medium">{describeRows(report.layouts)}</p>}
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Stat label="Rows" value={formatCount(report.rows)} />
        <Stat label="Duplicates left out" value={formatCount(report.duplicates)} />
        <Stat
          label="Tokens, about"
          value={formatCount(tokensOf(sample.characters))}
          note="four characters a token"
        />
        <Stat label="Median answer" value={formatCount(report.outputChars?.median ?? 0)} note="characters" />
      </dl>
      {hints.length > 0 && (
        <Notice tone="warning" title="Should contributors see this?">
          Seen in some rows: {hints.map(([kind, rows]) => `${kind} (${rows})`).join(", ")}. Every contributor
          sees its part of the rows in the clear.
        </Notice>
      )}
      {report.outputChars && <LengthHistogram bins={report.outputChars.histogram} />}
      <RowPreview rows={sample.firstRows} />
    </>
  );
}

/** A usual rule of thumb for English text; each model's tokenizer differs. */
const tokensOf = (characters: number) => Math.round(characters / 4);

function ClassesFound({
  check: { report },
}: {
  check: Extract<FileCheck, { kind: "image-classification" }>;
}) {
  if (report.classes.length === 0) return null;
  const most = Math.max(...report.classes.map(({ train, val, test }) => train + val + test));
  return (
    <figure className="grid gap-2">
      <figcaption className="text-sm font-medium">
        {formatCount(report.images)} images in {report.classes.length} classes
        {report.layout === "splits" && ": train + val + test"}
      </figcaption>
      <ul className="grid max-h-72 gap-1.5 overflow-y-auto pr-2 text-sm">
        {report.classes.map(({ name, train, val, test }) => (
          <li key={name} className="grid grid-cols-[8rem_1fr_auto] items-center gap-3">
            <span className="truncate" title={name}>
              {name}
            </span>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="h-2 w-full" aria-hidden="true">
              <rect width={(100 * (train + val + test)) / most} height="6" className="fill-accent" />
            </svg>
            <span className="min-w-16 text-right text-muted tabular-nums">
              {report.layout === "splits" ? `${train} + ${val} + ${test}` : train}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
