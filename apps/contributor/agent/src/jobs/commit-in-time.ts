import { setTimeout as pause } from "node:timers/promises";
import type { ChainSlot } from "@trainchain/chain";
import { commitFrom, kindOf, TrainChainError, wasDelivered } from "@trainchain/protocol";
import type { StepContext } from "./step-context.ts";
import { signDelivery } from "./steps/sign-delivery.ts";

/** A platform that does not answer within this is not there. */
const answerMs = 20_000;

/**
 * Brings the CID of a sealed delivery on chain when the slot's deadline is near, though the platform does not have the
 * file yet, or has not brought it there: the file is sent afterwards, and a missed deadline costs the bond. The platform
 * is asked first, which pays the gas; where it cannot be reached, or is silent for half of the time that is left, the
 * wallet sends it. May be called at any time.
 */
export async function commitInTime(context: StepContext, slot: ChainSlot): Promise<void> {
  const { escrow, record, note, tell, log } = context;
  const { jobId, facts } = record();
  const { adapterCid, onChain } = facts;
  if (!adapterCid || onChain) return;
  if (wasDelivered(slot)) return tell({ onChain: true, relayError: undefined });
  if (slot.status !== "accepted") return;
  const [{ trainingPeriod }, now] = await Promise.all([escrow.getJob(jobId), escrow.getSeconds()]);
  const deadline = slot.timestamp;
  const from = commitFrom({ deadline, trainingPeriodSeconds: trainingPeriod });
  if (now < from) return;
  // A relay that refused the signature before was asked at 0.
  const isAsked = facts.relayedAt === undefined ? await askRelay(context) : facts.relayedAt > 0;
  if (isAsked && now < (from + deadline) / 2) return;
  if (!escrow.moves || (await escrow.getBalanceWei()) === 0n)
    return log("the deadline is near, and this agent cannot pay the gas to submit by itself");
  log("the deadline is near: sending the submission from the wallet");
  const transaction = await escrow.moves.submitAdapter(jobId, adapterCid);
  note({ submitTransaction: transaction });
  await escrow.confirm(transaction);
  tell({ onChain: true, relayError: undefined });
}

/** Whether the platform has taken the submission to bring it on chain, or answers that it does not yet. */
async function askRelay(context: StepContext): Promise<boolean> {
  const { api, record, note, log, signal } = context;
  const { kind } = record().facts;
  if (!kind) return false;
  try {
    const asked = api.submitDelivery(kindOf(kind).trainer.submission, await signDelivery(context));
    const silent = pause(answerMs, undefined, { signal }).then(() => {
      throw new TrainChainError("timeout", "the platform does not answer");
    });
    await Promise.race([asked, silent]);
    note({ relayedAt: Math.floor(Date.now() / 1000) });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    log(`the relay does not take the submission: ${(error as Error).message}`);
    return error instanceof TrainChainError && error.code === "not-ready";
  }
}
