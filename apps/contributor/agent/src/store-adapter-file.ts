import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";
import { type JobKind, TrainChainError } from "@trainchain/protocol";

/**
 * Keeps what a trainer hands over, bounded in size and whole or not at all, once it has the form that its kind of job
 * delivers: a safetensors file, or a tar file with the model.
 * @returns the sha256 (hex) of the file.
 */
export async function storeAdapterFile(
  body: AsyncIterable<Uint8Array>,
  path: string,
  maxBytes: number,
  kind: JobKind = "llm-finetune",
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
    await (kind === "llm-finetune" ? assertSafetensors(partial) : assertModelTar(partial));
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

/** Whether it begins as train_yolo.py's tar file does: a USTAR header that names model.onnx. */
async function assertModelTar(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const header = buffer.toString("latin1");
    if (bytesRead === 512 && header.startsWith("model.onnx\0") && header.startsWith("ustar", 257)) return;
  } finally {
    await file.close();
  }
  throw new TrainChainError(
    "adapter-invalid",
    "the trainer handed over something else than a tar file with model.onnx",
    {
      fix: "Report this with the job's log.",
    },
  );
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
