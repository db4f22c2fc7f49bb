import { kindOf, TrainChainError, toTrainChainError, type VerificationView } from "@trainchain/protocol";
import type { Move, StepContext } from "../step-context.ts";
import { waitUntil } from "../wait-until.ts";
import { isLost } from "../watch-slots.ts";
import { findContribution, unhindered } from "./await-payment.ts";
import { getAssignment } from "./get-assignment.ts";
import { openBoundaries } from "./open-boundaries.ts";
import { tellRefusal } from "./tell-refusal.ts";

/** Waits until the submission is on chain and verified; brings it there itself when the relay does not. */
export function awaitVerdict(context: StepContext): Promise<Move> {
  return waitUntil(() => unhindered(context, lookForVerdict), context.patience.pollMs, context.signal);
}

async function lookForVerdict(context: StepContext): Promise<Move | undefined> {
  const { escrow, record } = context;
  const { jobId, facts } = record();
  const slot = await escrow.getSlot(jobId);
  if (slot.status === "released") return { to: "released" };
  // By the chain's clock: this machine's may be ahead, and what is given up here cannot be proved any more.
  if (slot.status === "accepted")
    return (await isLost(escrow, slot)) ? { to: "released" } : bringOnChain(context);
  if (!facts.onChain) context.note({ onChain: true, relayError: undefined });
  const own = (await getVerification(context)).find(({ yours }) => yours);
  if (slot.status === "rejected") {
    const failed = own?.checks.find(({ verdict }) => verdict === "failed");
    return { to: "rejected", facts: { reason: failed?.message ?? "the aggregator refused it" } };
  }
  if (slot.status === "reinstated")
    return { to: "verified", facts: { refusal: undefined, isReinstated: true } };
  if (tellRefusal(context, slot)) return undefined;
  if (own?.verdict === "accepted") return { to: "verified" };
  // A job may end unverified: settled by anyone after the aggregator's silence, which pays every delivery.
  const { status } = await escrow.getJob(jobId);
  if (status !== "open") return { to: "verified" };
  if (slot.status === "submitted") await openBoundaries(context);
  return undefined;
}

/** The verdicts; a platform that follows the chain anew knows of no slot for a while. */
async function getVerification({ api, record }: StepContext): Promise<VerificationView[]> {
  try {
    return await api.getVerification(record().jobId);
  } catch (error) {
    if (!(error instanceof TrainChainError) || error.code !== "not-found") throw error;
    throw new TrainChainError("not-ready", "the platform does not know the delivery yet", { cause: error });
  }
}

/**
 * The relay is a convenience: when it has had its time, or says that it failed, the wallet submits
 * by itself; if it cannot, the relay is asked once more each time that it has had its time.
 */
async function bringOnChain(context: StepContext): Promise<Move | undefined> {
  const { api, escrow, record, note, patience, log } = context;
  const { jobId, facts } = record();
  const { adapterCid, signature, relayedAt = 0 } = facts;
  const now = Date.now() / 1000;
  if (!adapterCid || !signature) return undefined;
  const relayError = (await findContribution(api, jobId))?.relayError ?? undefined;
  if (relayError?.message !== facts.relayError?.message) note({ relayError });
  const isSilent = now >= relayedAt + patience.relayMs / 1000;
  if (!isSilent && !relayError) return undefined;
  if (escrow.moves && (await escrow.getBalanceWei()) > 0n) {
    log(`${relayError?.message ?? "the relay is silent"}: sending the submission from the wallet`);
    try {
      const transaction = await escrow.moves.submitAdapter(jobId, adapterCid);
      note({ submitTransaction: transaction });
      await escrow.confirm(transaction);
      return undefined;
    } catch (error) {
      // The relay's transaction, or an earlier one of the wallet, may have been mined meanwhile.
      if ((await escrow.getSlot(jobId)).status !== "accepted") return undefined;
      if (!isSilent) throw error;
      log(`${toTrainChainError(error).message}; the relay is asked once more`);
    }
  }
  if (!isSilent) return undefined;
  const contributor = context.wallet.address.toLowerCase();
  const kind = facts.kind ?? (await getAssignment(context)).spec.kind;
  const delivery = { jobId, contributor, cid: adapterCid, signature };
  await api.submitDelivery(kindOf(kind).trainer.submission, delivery);
  note({ relayedAt: Math.floor(now) });
  return undefined;
}
