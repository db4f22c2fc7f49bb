import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebReadableStream } from "node:stream/web";
import type { ApiClient } from "@trainchain/api-client";
import type { Receipt } from "@trainchain/protocol";
import { extract } from "tar-stream";

/** Unpacks the requester's result bundle into `dir`, with receipt.json beside it. */
export async function downloadResult(api: ApiClient, jobId: bigint, dir: string): Promise<Receipt> {
  await unpackResult(api, jobId, dir);
  const receipt = await api.getReceipt(jobId);
  await writeFile(join(dir, "receipt.json"), `${JSON.stringify(receipt, null, 2)}\n`);
  return receipt;
}

/** Unpacks the requester's result bundle into `dir`. */
export async function unpackResult(api: ApiClient, jobId: bigint, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const files = extract();
  const unpacked = (async () => {
    for await (const file of files)
      await pipeline(file, createWriteStream(join(dir, basename(file.header.name))));
  })();
  await pipeline(Readable.fromWeb((await api.downloadResult(jobId)) as WebReadableStream), files);
  await unpacked;
}
