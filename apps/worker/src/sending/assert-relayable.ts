import { assertSignedByKey, findEscrowVersion, getSlot } from "@trainchain/chain";
import type { Database } from "@trainchain/db";
import { type RelayedSlot, sumRelayGas } from "@trainchain/db/work";
import { type Address, TrainChainError } from "@trainchain/protocol";
import type { PublicClient } from "viem";
import type { ExaminedCall } from "./examine-call.ts";
import { gasLimits, type SpendingLimits } from "./limits.ts";

export interface RelayDeps {
  db: Database;
  client: PublicClient;
  chainId: number;
  escrow: Address;
  limits: SpendingLimits;
}

/**
 * Throws unless a submission is one that the platform pays the gas for: a key vouches for it, and neither its wallet
 * nor its slot has had its gas of a day.
 */
export async function assertRelayable(
  { db, client, chainId, escrow, limits }: RelayDeps,
  { jobId, contributors, cid = "", signature = "0x" }: ExaminedCall,
): Promise<void> {
  const contributor = contributors[0] as Address;
  await assertWithinBudget(db, limits, { escrow, jobId, contributor });
  if (limits.relayContractSigners) return;
  const [version, { delegate }] = await Promise.all([
    findEscrowVersion(client, escrow),
    getSlot(client, { escrow, jobId, contributor }),
  ]);
  const submission = { jobId, contributor, adapterCid: cid };
  await assertSignedByKey(client, { chainId, escrow, version, delegate, signature }, submission);
}

async function assertWithinBudget(db: Database, limits: SpendingLimits, slot: RelayedSlot): Promise<void> {
  const spent = await sumRelayGas(db, slot);
  const gas = gasLimits.submitAdapterBySig;
  const isFull = {
    [slot.contributor]: spent.ofWallet + gas > limits.relayGasPerWallet,
    [`the slot of ${slot.contributor} in job ${slot.jobId}`]: spent.ofSlot + gas > limits.relayGasPerSlot,
  };
  const full = Object.keys(isFull).find((whose) => isFull[whose]);
  if (!full) return;
  throw new TrainChainError("too-many-requests", `what is relayed for ${full} in a day has been relayed`, {
    fix: "Send submitAdapter from your own wallet, or ask again in a day.",
  });
}
