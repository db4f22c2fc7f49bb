import type { ParquetAnswer } from "./parquet-apart.ts";
import { parquetRows } from "./parquet-rows.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** What a thread answers with that reads a Parquet file: some rows more each time. */
export function createParquetAnswers(file: Blob): () => Promise<ParquetAnswer> {
  const rows = parquetRows(file);
  return async () => {
    try {
      const { done, value } = await rows.next();
      return done ? { done } : { rows: value };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return { failed: error.kind, message: error.message };
    }
  };
}
