import type { CheckResult } from "@trainchain/protocol";

/** Check 1, passed. */
export const sealedToSlot: CheckResult = {
  check: "sealed-to-slot",
  verdict: "passed",
  figure: null,
  threshold: null,
  message: "The file opens with the key of this job, slot and contributor.",
};

/** Check 1, failed. */
export function unsealed(message: string): CheckResult {
  return { ...sealedToSlot, verdict: "failed", message };
}
