import { escrowTakes, type JobKind, kindWords, TrainChainError } from "@trainchain/protocol";
import type { EscrowFacts } from "./escrow-facts.ts";

/**
 * Refuses a request for a kind of job that this platform's escrow does not take.
 * @throws TrainChainError `invalid-input`
 */
export function assertEscrowTakes(kind: JobKind, facts: EscrowFacts | undefined): void {
  if (escrowTakes(facts?.version, kind)) return;
  throw new TrainChainError(
    "invalid-input",
    `kind: this platform's escrow takes no jobs of ${kindWords[kind].name}`,
    {
      fix: "Ask a platform whose escrow is of the second version.",
    },
  );
}
