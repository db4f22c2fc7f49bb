import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type JobKind, TrainChainError } from "@trainchain/protocol";
import { assertForm } from "./kinds/assert-form.ts";

/**
 * Keeps what a trainer hands over, bounded in size and whole or not at all, once it has the form that its kind of job
 * delivers.
 * @returns the sha256 (hex) of the file.
 */
export async function storeAdapterFile(
  body: AsyncIterable<Uint8Array>,
  path: string,
  maxBytes: number,
  kind: JobKind,
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
    await assertForm[kind](partial);
    await rename(partial, path);
    return hash.digest("hex");
  } finally {
    await file.close();
    await rm(partial, { force: true });
  }
}

function tooLarge(maxBytes: number): TrainChainError {
  return new TrainChainError(
    "too-large",
    `the trained file is larger than the ${maxBytes} bytes that the job allows`,
    {
      fix: "Report this with the job's log.",
      facts: { maxBytes },
    },
  );
}
