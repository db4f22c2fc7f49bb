import { TrainChainError } from "@trainchain/protocol";
import { takeEarlyAnswer } from "./early-answers.ts";

/** The browser's fetch, whose failure is said as a visitor can act on it. */
export const fetchFromPlatform: typeof fetch = (input, init) => {
  const early = takeEarlyAnswer(String(input), init?.method ?? "GET");
  return (early ?? window.fetch(input, init)).catch((cause: unknown) => {
    throw new TrainChainError("timeout", "the platform does not answer", {
      fix: "Check your connection, then try again.",
      cause,
    });
  });
};
