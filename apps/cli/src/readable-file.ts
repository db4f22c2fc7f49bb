import { access, constants, stat } from "node:fs/promises";
import { TrainChainError } from "@trainchain/protocol/plain";

/** Refuses a path that cannot be read or is a folder, before anything is made of it. */
export async function assertReadable(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new TrainChainError("not-found", `${path} cannot be read (${cause.code})`, {
      fix: "Check the path.",
      cause,
    });
  });
  if ((await stat(path)).isDirectory())
    throw new TrainChainError("invalid-input", `${path} is a folder`, { fix: "Name a file in it." });
}
