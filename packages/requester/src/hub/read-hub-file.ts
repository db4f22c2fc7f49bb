import { TrainChainError } from "@trainchain/protocol";
import { type HubFile, hubSilenceMs } from "./open-hub-file.ts";

/**
 * The bytes of a hub's file as they arrive; what falls silent or has more than `mostBytes` ends it.
 * @throws TrainChainError `storage-unavailable`, or `too-large`
 */
export async function* readHubFile(
  { response, repository }: HubFile,
  mostBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body!.getReader();
  let bytes = 0;
  try {
    while (true) {
      const { done, value } = await inTime(reader.read());
      if (done) return;
      bytes += value.length;
      if (bytes > mostBytes)
        throw new TrainChainError("too-large", `the file of ${repository} is larger than a dataset may be`, {
          fix: "Choose another, or a part of it.",
        });
      yield value as Uint8Array<ArrayBuffer>;
    }
  } catch (cause) {
    if (cause instanceof TrainChainError) throw cause;
    throw new TrainChainError("storage-unavailable", `the file of ${repository} could not be fetched whole`, {
      fix: "Try again.",
      cause,
    });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function inTime<Result>(reading: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the hub fell silent")), hubSilenceMs);
  });
  return Promise.race([reading, silence]).finally(() => clearTimeout(timer));
}
