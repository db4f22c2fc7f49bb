import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { seal } from "@trainchain/storage";

/** Seals a file to a recipient into another, piece by piece. */
export async function sealFile(
  file: string,
  { recipient, path, signal }: { recipient: string; path: string; signal: AbortSignal },
): Promise<void> {
  const sealed = await seal(createReadStream(file), recipient);
  const target = createWriteStream(path, { mode: 0o600 });
  await pipeline(Readable.fromWeb(sealed as NodeStream<Uint8Array>), target, { signal });
}
