import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { TrainChainError } from "@trainchain/protocol";

/** An adapter's header lists a few hundred tensors; the platform refuses longer ones too. */
const maxHeaderBytes = 1_048_576;

/**
 * Keeps the adapter that a trainer hands over, bounded in size and whole or not at all, once it has the form of a
 * safetensors file. Its content is judged by the platform's checks.
 * @returns the sha256 (hex) of the file.
 */
export async function storeAdapterFile(
  body: AsyncIterable<Uint8Array>,
  path: string,
  maxBytes: number,
): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.part`;
  const file = await open(partial, "w+", 0o600);
  try {
    const hash = createHash("sha256");
    let sizeBytes = 0;
    for await (const piece of body) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(piece);
      await file.writeFile(piece);
    }
    await assertSafetensors(file, sizeBytes);
    await file.sync();
    await rename(partial, path);
    return hash.digest("hex");
  } finally {
    await file.close();
    await rm(partial, { force: true });
  }
}

/** The header's length, its JSON, and that its tensors end where the file ends. */
async function assertSafetensors(file: Awaited<ReturnType<typeof open>>, sizeBytes: number): Promise<void> {
  const { buffer: start, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
  const headerBytes = bytesRead === 8 ? start.readBigUInt64LE() : 0n;
  if (headerBytes < 2n || headerBytes > BigInt(Math.min(maxHeaderBytes, sizeBytes - 8))) throw notAnAdapter();
  const { buffer } = await file.read(Buffer.alloc(Number(headerBytes)), 0, Number(headerBytes), 8);
  if (8 + Number(headerBytes) + dataBytes(buffer.toString("utf8")) !== sizeBytes) throw notAnAdapter();
}

function dataBytes(header: string): number {
  try {
    const tensors: Record<string, { data_offsets?: [number, number] }> = JSON.parse(header);
    return Math.max(...Object.values(tensors).map(({ data_offsets }) => data_offsets?.[1] ?? 0));
  } catch {
    throw notAnAdapter();
  }
}

function notAnAdapter(): TrainChainError {
  return new TrainChainError(
    "adapter-invalid",
    "the trainer handed over something else than a safetensors file",
    {
      fix: "Report this with the job's log.",
    },
  );
}

function tooLarge(maxBytes: number): TrainChainError {
  return new TrainChainError(
    "too-large",
    `the adapter is larger than the ${maxBytes} bytes that the job allows`,
    {
      fix: "Report this with the job's log.",
      facts: { maxBytes },
    },
  );
}
