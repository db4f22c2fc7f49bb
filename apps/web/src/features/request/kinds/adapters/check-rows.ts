import {
  createRowReservoir,
  type DatasetReport,
  rowsApart,
  scanFile,
  serialiseRow,
} from "@trainchain/dataset";
import type { JobKind } from "@trainchain/protocol";
import { parquetThread } from "./parquet-thread.ts";
import { createRowSampler, type RowSample } from "./sample-rows.ts";

/** What a check of rows found, for a kind of job that trains on them. */
export interface RowsCheck<Kind extends JobKind = JobKind> {
  kind: Kind;
  report: DatasetReport;
  sample: RowSample;
  /** Rows drawn from all, to count tokens in: JSON Lines, which go from worker to worker without the page's reading them. */
  drawn: Blob;
}

/** `answerMs` is the longest that a part of a Parquet file may take; as on every other machine where left out. */
export async function checkRows<Kind extends JobKind>(
  kind: Kind,
  file: File,
  onProgress: (share: number) => void,
  answerMs?: number,
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
  const parquetRows = (unpacked: Blob = file) => rowsApart(parquetThread(unpacked), answerMs);
  const report = await scanFile({ blob: file, name: file.name, pieces, parquetRows }, {}, visitor);
  const drawn = new Blob(reservoir.rows().map((row) => `${serialiseRow(row)}\n`));
  return { kind, report, sample: sampler.sample(), drawn };
}

const pieceBytes = 1024 * 1024;

async function* piecesOf(file: File, onProgress: (share: number) => void) {
  for (let start = 0; start < file.size; start += pieceBytes) {
    onProgress(start / file.size);
    yield new Uint8Array(await file.slice(start, start + pieceBytes).arrayBuffer());
  }
}
