import { TrainChainError } from "@trainchain/protocol";

/** Darwin's number of macOS 14: the oldest that bitsandbytes and onnxruntime are built for. */
const oldestDarwin = 23;

/** Refuses a system for which some of the packages have no build, before anything is downloaded. */
export function assertSupportedSystem(platform: NodeJS.Platform, release: string): void {
  if (platform !== "darwin" || Number.parseInt(release, 10) >= oldestDarwin) return;
  throw new TrainChainError("hardware-insufficient", "the training environment needs macOS 14 or newer", {
    fix: "Update macOS, or contribute with another machine.",
    facts: { release },
  });
}
