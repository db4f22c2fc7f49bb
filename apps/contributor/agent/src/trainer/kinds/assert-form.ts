import { open } from "node:fs/promises";
import { readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";
import { type JobKind, TrainChainError } from "@trainchain/protocol";

/** That a file has the form of what a kind's trainer delivers: a safetensors file, or a tar file with the model. */
export const assertForm: Record<JobKind, (path: string) => Promise<void>> = {
  "llm-finetune": assertSafetensors,
  "image-classification": assertModelTar,
  "embedding-finetune": assertSafetensors,
};

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
