import { createRowReservoir, type DatasetReport, type DatasetRow, scanFile } from "@trainchain/dataset";
import type { JobKind } from "@trainchain/protocol";
import { createRowSampler, type RowSample } from "./sample-rows.ts";

/** What a check of rows found, for a kind of job that trains on them. */
export interface RowsCheck<Kind extends JobKind = JobKind> {
  kind: Kind;
  report: DatasetReport;
  sample: RowSample;
  /** Rows drawn from all, to count tokens in. */
  drawn: DatasetRow[];
}

export async function checkRows<Kind extends JobKind>(
  kind: Kind,
  file: File,
  onProgress: (share: number) => void,
): Promise<RowsCheck<Kind>> {
  const sampler = createRowSampler();
  const pieces = () => piecesOf(file, onProgress);
  const reservoir = createRowReservoir();
  const visitor = {
    row(bytes: Uint8Array) {
      sampler.row(bytes);
      reservoir.add(bytes);
    },
  };
  const report = await scanFile({ blob: file, name: file.name, pieces }, {}, visitor);
  return { kind, report, sample: sampler.sample(), drawn: reservoir.rows() };
}

const pieceBytes = 1024 * 1024;

async function* piecesOf(file: File, onProgress: (share: number) => void) {
  for (let start = 0; start < file.size; start += pieceBytes) {
    onProgress(start / file.size);
    yield new Uint8Array(await file.slice(start, start + pieceBytes).arrayBuffer());
  }
}
