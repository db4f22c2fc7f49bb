import type { ParquetAnswer } from "@trainchain/dataset";

/** A worker of its own that reads a Parquet file, for `rowsApart`: its parser may find no end in a damaged one. */
export function parquetThread(file: Blob) {
  const worker = new Worker(new URL("./parquet.worker.ts", import.meta.url), { type: "module" });
  return {
    ask: () =>
      new Promise<ParquetAnswer>((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<ParquetAnswer>) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message || "the file could not be read"));
        worker.postMessage(file);
      }),
    end: () => worker.terminate(),
  };
}
