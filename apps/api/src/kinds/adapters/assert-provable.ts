import type { Executor } from "@trainchain/db";
import { offersReplay } from "@trainchain/db/market";
import { type Proof, TrainChainError } from "@trainchain/protocol";

/**
 * Refuses a request for a proof that this platform does not offer.
 * @throws TrainChainError `invalid-input`
 */
export async function assertProvable(db: Executor, proof: Proof | undefined): Promise<void> {
  if (proof !== "replay" || (await offersReplay(db))) return;
  throw new TrainChainError("invalid-input", "proof: this platform does no training again", {
    fix: 'Ask for proof "result", or leave proof out.',
  });
}
