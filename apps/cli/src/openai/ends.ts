import type { TrainChainError } from "@trainchain/protocol";
import type { KeptJob } from "./state.ts";

/** Whether an error ends a job. One that may be on chain goes on there, whatever fails here: only its own end ends it. */
export function endsJob({ mayRetry, code }: TrainChainError, { jobId, isPaying }: KeptJob): boolean {
  return jobId === null && !isPaying && !mayRetry && code !== "not-signed-in";
}

/** Whether a stake that was to be signed is known not to be spent: the wallet could not pay it, or the escrow refused it. */
export function spentNothing({ code, facts }: TrainChainError): boolean {
  return code === "insufficient-funds" || "error" in facts;
}
