import type { Hex } from "viem";
import type { Move, StepContext } from "../step-context.ts";
import { waitUntil } from "../wait-until.ts";

/** Waits until the submission is on chain and verified; brings it there itself when the relay does not. */
export function awaitVerdict(context: StepContext): Promise<Move> {
  return waitUntil(() => lookForVerdict(context), context.patience.pollMs, context.signal);
}

async function lookForVerdict(context: StepContext): Promise<Move | undefined> {
  const { api, escrow, record } = context;
  const { jobId, facts } = record();
  const slot = await escrow.getSlot(jobId);
  if (slot.status === "released") return { to: "released" };
  if (slot.status === "accepted") return sendOurselves(context);
  if (!facts.onChain) context.note({ onChain: true });
  const own = (await api.getVerification(jobId)).find(({ yours }) => yours);
  if (slot.status === "rejected") {
    const failed = own?.checks.find(({ verdict }) => verdict === "failed");
    return { to: "rejected", facts: { reason: failed?.message ?? "the aggregator refused it" } };
  }
  if (own?.verdict === "accepted") return { to: "verified" };
  // A job may end unverified: settled by anyone after the aggregator's silence, which pays every delivery.
  const { status } = await escrow.getJob(jobId);
  return status === "open" ? undefined : { to: "verified" };
}

/**
 * The relay is a convenience: when it has had its time, the wallet sends the signed submission itself, if it can pay
 * the gas.
 */
async function sendOurselves({
  escrow,
  record,
  note,
  patience,
  log,
}: StepContext): Promise<Move | undefined> {
  const { jobId, facts } = record();
  const now = Date.now() / 1000;
  if (now > (facts.deadline ?? 0)) return { to: "released" };
  const relayMayTake = (facts.relayedAt ?? 0) + patience.relayMs / 1000;
  if (now < relayMayTake || !facts.adapterCid || !facts.signature) return undefined;
  if (!escrow.moves || (await escrow.getBalanceWei()) === 0n) return undefined;
  log("the relay has not brought the submission on chain: sending it from the wallet");
  const transaction = await escrow.moves.submitAdapterBySig(jobId, facts.adapterCid, facts.signature as Hex);
  note({ submitTransaction: transaction });
  await escrow.confirm(transaction);
  return undefined;
}
