import { type ByteChunks, type DatasetReport, type ScanOptions, scanDataset } from "./scan-dataset.ts";

/** Checks a dataset as it arrives: every problem with its line, field and fix, duplicates, lengths, counts. */
export function checkDataset(chunks: ByteChunks, options: ScanOptions): Promise<DatasetReport> {
  return scanDataset(chunks, options);
}
