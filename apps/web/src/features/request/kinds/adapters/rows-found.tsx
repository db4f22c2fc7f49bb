import { describeRows } from "@trainchain/dataset";
import { formatCount, Notice, Stat } from "@trainchain/ui";
import type { RowsCheck } from "./check-rows.ts";
import { LengthHistogram } from "./length-histogram.tsx";
import { RowPreview } from "./row-preview.tsx";

/** What a file of rows holds. */
export function RowsFound({ check: { report, sample } }: { check: RowsCheck }) {
  const hints = Object.entries(sample.sensitiveRows);
  return (
    <>
      {report.layouts.length > 0 && <p className="text-sm font-medium">{describeRows(report.layouts)}</p>}
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Stat label="Rows" value={formatCount(report.rows)} />
        <Stat label="Duplicates left out" value={formatCount(report.duplicates)} />
        <Stat label="Characters" value={formatCount(sample.characters)} />
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
