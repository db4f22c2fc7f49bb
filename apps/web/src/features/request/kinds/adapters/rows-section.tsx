import type { ConfigView } from "@trainchain/protocol";
import { Checkbox, formatCount } from "@trainchain/ui";
import type { ReactNode } from "react";
import { CheckReport } from "../../check-report.tsx";
import { FileDrop } from "../../file-drop.tsx";
import { FormSection } from "../../form-section.tsx";
import { FormatHint } from "../../format-hint.tsx";
import { HubDataset } from "../../hub-dataset.tsx";
import { ResumeHint } from "../../resume-hint.tsx";
import type { RowsFile } from "./use-rows-file.ts";

/** The rows that a job trains on: chosen, and checked before anything is sent. */
export function RowsSection({
  rowsFile: { file, choose, state, found, leftOut, leavesOut, setLeavesOut, isUsable },
  config: {
    limits: { uploadBytes },
  },
  text,
  label,
  accepted,
  example,
  kept,
}: {
  rowsFile: RowsFile;
  config: ConfigView;
  text: string;
  label: string;
  /** What may be chosen, of whatever size. */
  accepted: string;
  /** For who has no file at hand. */
  example?: ReactNode;
  /** How many are kept back, of a file that can be used. */
  kept: ReactNode;
}) {
  const rows = found?.report.rows ?? 0;
  return (
    <FormSection title="Data" text={text}>
      <FileDrop
        label={label}
        hint={`${accepted}, up to ${Math.floor(uploadBytes / 1e9)} GB`}
        accept=".jsonl,.ndjson,.json,.csv,.tsv,.txt,.parquet,.gz,.zip"
        file={file}
        onFile={choose}
      />
      <HubDataset of="rows" mostBytes={uploadBytes} file={file} onFile={choose} />
      {!file && (
        <>
          {example}
          <FormatHint />
          <ResumeHint mayBe={(name) => !name.endsWith(".zip")} />
        </>
      )}
      <CheckReport
        state={state}
        choice={
          leftOut && (
            <Checkbox
              checked={leavesOut}
              onChange={({ target }) => setLeavesOut(target.checked)}
              label={`Leave ${leftOut.rows === 1 ? "1 row" : `${formatCount(leftOut.rows)} rows`} out, and go on with ${rows === 1 ? "the other one" : `the other ${formatCount(rows)}`}.`}
            />
          )
        }
      />
      {isUsable && kept}
    </FormSection>
  );
}
