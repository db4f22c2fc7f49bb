import { createReadStream } from "node:fs";
import { TrainChainError } from "@trainchain/protocol";
import { Upload } from "tus-js-client";

export interface TusUpload {
  /** Path of the file. */
  path: string;
  sizeBytes: number;
  /** Where uploads are created. */
  endpoint: string;
  /** An upload begun before: it goes on where it stopped, or anew where the server has forgotten it. */
  uploadUrl?: string | undefined;
  metadata: Record<string, string>;
  headers: Record<string, string>;
  /** Called as soon as the upload has an address to resume at. */
  onUrl?: (url: string) => void;
  onProgress?: (sentBytes: number) => void;
  signal: AbortSignal;
}

/** Sends a file by the tus protocol and resolves with the upload's address once the server has all of it. */
export function uploadByTus(options: TusUpload): Promise<string> {
  const { path, sizeBytes, endpoint, uploadUrl, metadata, headers, onUrl, onProgress, signal } = options;
  const file = createReadStream(path);
  return new Promise<string>((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint,
      uploadUrl: uploadUrl ?? null,
      uploadSize: sizeBytes,
      metadata,
      headers,
      retryDelays: [500, 1_000, 2_000, 5_000, 10_000],
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => upload.url && onUrl?.(upload.url),
      onProgress: (sentBytes) => onProgress?.(sentBytes),
      onSuccess: () => resolve(upload.url ?? endpoint),
      onError: (cause) =>
        reject(
          new TrainChainError("timeout", `the upload to ${endpoint} broke off: ${cause.message}`, {
            fix: "Start it again: what arrived is kept.",
            cause,
          }),
        ),
    });
    signal.addEventListener(
      "abort",
      () => {
        void upload.abort();
        reject(signal.reason);
      },
      { once: true },
    );
    upload.start();
  }).finally(() => file.destroy());
}
