import { TrainChainError } from "@trainchain/protocol";
import type { UploadSource } from "./upload.ts";

/** Bytes of a source, read before they are sent: a file that changes meanwhile must not look like a broken network. */
export async function readPiece(source: UploadSource, start: number, end: number): Promise<ArrayBuffer> {
  try {
    return await (await source.slice(start, end)).arrayBuffer();
  } catch (cause) {
    throw new TrainChainError("conflict", `${source.name} was changed or taken away while it was read`, {
      fix: "Begin again with the file as it is now.",
      cause,
    });
  }
}
