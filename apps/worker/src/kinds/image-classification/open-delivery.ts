import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type ExportFormat, TrainChainError } from "@trainchain/protocol";
import { extract } from "tar-stream";

export interface Delivery {
  /** The checked file. */
  onnx: string;
  /** The file in the other format that was asked for; it is passed on and never opened. */
  unopened: { format: ExportFormat; path: string } | null;
}

/**
 * Unpacks what train_yolo.py delivers: a tar file of model.onnx and, where the job asks for another format, that file.
 * Names are ours, so nothing in it decides where a file lies.
 */
export async function openDelivery(path: string, format: ExportFormat, dir: string): Promise<Delivery> {
  const names = [...new Set(["model.onnx", `model.${format}`])];
  const missing = new Set(names);
  const files = extract();
  const unpacked = (async () => {
    for await (const file of files) {
      const { name, type } = file.header;
      if (type !== "file" || !missing.delete(name)) throw unexpected(`it holds ${type} "${name}"`, names);
      await pipeline(file, createWriteStream(join(dir, name), { flags: "wx", mode: 0o600 }));
    }
  })();
  const ends = await Promise.allSettled([pipeline(createReadStream(path), files), unpacked]);
  const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
  // One stream's error ends the others with errors of their own, so all are looked at.
  const machines = errors.find(isOfTheMachine);
  if (machines) throw machines;
  if (errors.length > 0)
    throw (
      errors.find((error) => error instanceof TrainChainError) ??
      unexpected("it is no tar file that can be read", names)
    );
  if (missing.size > 0) throw unexpected(`${[...missing].join(" and ")} is not in it`, names);
  return {
    onnx: join(dir, "model.onnx"),
    unopened: format === "onnx" ? null : { format, path: join(dir, `model.${format}`) },
  };
}

/** A full disk, no more file descriptors: whatever the system refused. tar-stream's own errors have no such mark. */
function isOfTheMachine(error: unknown): boolean {
  return error instanceof Error && ("syscall" in error || "errno" in error);
}

function unexpected(why: string, names: readonly string[]): TrainChainError {
  return new TrainChainError(
    "adapter-invalid",
    `the delivered file is not a tar of ${names.join(" and ")}: ${why}`,
    {
      fix: "Deliver what train_yolo.py writes.",
    },
  );
}
