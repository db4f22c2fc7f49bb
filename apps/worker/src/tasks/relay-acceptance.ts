import { createHash } from "node:crypto";
import { encodeAcceptJobBySig } from "@trainchain/chain";
import { requestTransaction } from "@trainchain/db/work";
import type { Address, TaskPayloads } from "@trainchain/protocol";
import type { Hex } from "viem";
import type { WorkerDeps } from "../deps.ts";

/** Sends a wallet's signed acceptance of a job to the escrow, at the platform's cost. */
export function createRelayAcceptance({ db, escrow }: WorkerDeps) {
  return async (payload: TaskPayloads["relay-acceptance"]): Promise<void> => {
    if (payload.escrow !== escrow) return;
    const { to, data } = encodeAcceptJobBySig({
      escrow,
      jobId: BigInt(payload.jobId),
      contributor: payload.contributor as Address,
      delegate: payload.delegate as Address,
      signedUntil: payload.signedUntil,
      signature: payload.signature as Hex,
      permit: payload.permit as Hex | undefined,
    });
    // Signed anew it is another intent: one whose time is over must not stand in the way.
    const content = createHash("sha256").update(data).digest("hex").slice(0, 16);
    const purpose = `acceptJobBySig/${escrow}/${payload.jobId}/${payload.contributor}/${content}`;
    await requestTransaction(db, { purpose, to, data });
  };
}
