import { TrainChainError } from "@trainchain/protocol";

/** The browser's fetch, whose failure is said as a visitor can act on it. */
export const fetchFromPlatform: typeof fetch = (...request) =>
  window.fetch(...request).catch((cause: unknown) => {
    throw new TrainChainError("timeout", "the platform does not answer", {
      fix: "Check your connection, then try again.",
      cause,
    });
  });
