import { createHash } from "node:crypto";
import { encodeSubmitAdapterBySig } from "@trainchain/chain";
import { requestTransaction } from "@trainchain/db/work";
import type { Address, TaskPayloads } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";

/** Sends a contributor's signed delivery to the escrow, at the platform's cost. */
export function createRelaySubmission({ db, escrow }: WorkerDeps) {
  return async (payload: TaskPayloads["relay-submission"]): Promise<void> => {
    if (payload.escrow !== escrow) return;
    const { to, data } = encodeSubmitAdapterBySig({
      escrow,
      jobId: BigInt(payload.jobId),
      contributor: payload.contributor as Address,
      adapterCid: payload.adapterCid,
      signature: payload.signature as `0x${string}`,
    });
    // Another signature or CID is another intent: a refused one must not stand in the way of a corrected one.
    const content = createHash("sha256").update(data).digest("hex").slice(0, 16);
    const purpose = `submitAdapterBySig/${escrow}/${payload.jobId}/${payload.contributor}/${content}`;
    await requestTransaction(db, { purpose, to, data });
  };
}
