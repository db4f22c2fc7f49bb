import { TrainChainError } from "@trainchain/protocol";
import { freeBytesOf } from "@trainchain/protocol/node";

/** Refuses what would leave less than `minFreeBytes` of the disk that a folder lies on. */
export async function assertRoom(
  dir: string,
  { neededBytes = 0, minFreeBytes }: { neededBytes?: number; minFreeBytes: number },
): Promise<void> {
  if ((await freeBytesOf(dir)) - neededBytes >= minFreeBytes) return;
  throw new TrainChainError("disk-full", "the platform's disk is nearly full, so it takes no upload now", {
    fix: "Try again later; what was sent so far is kept.",
    facts: { retryAfterSeconds: 300 },
  });
}
