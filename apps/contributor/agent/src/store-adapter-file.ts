import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";
import { TrainChainError } from "@trainchain/protocol";

/**
 * Keeps the adapter that a trainer hands over, bounded in size and whole or not at all, once it has the form of a
 * safetensors file.
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
    await file.sync();
    await assertSafetensors(partial);
    await rename(partial, path);
    return hash.digest("hex");
  } finally {
    await file.close();
    await rm(partial, { force: true });
  }
}

/** Whether its form is that of a safetensors file; what is in it is judged by the platform's checks. */
async function assertSafetensors(path: string): Promise<void> {
  await withFileSource(path, readSafetensorsHeader).catch((cause: unknown) => {
    throw new TrainChainError(
      "adapter-invalid",
      "the trainer handed over something else than a safetensors file",
      {
        fix: "Report this with the job's log.",
        cause,
      },
    );
  });
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
