import { type AcceptanceBudget, mostAcceptanceGas, slotMoveGas } from "@trainchain/protocol";
import { acceptanceBudgetOf } from "@trainchain/protocol/node";
import type { Env } from "../env.ts";

/** The calls that the aggregator's key signs. */
export type Verb =
  | "acceptJobBySig"
  | "submitAdapterBySig"
  | "rejectAdapter"
  | "enforceRejection"
  | "releaseSlot"
  | "completeJob"
  | "settleJob"
  | "expireJob";

/**
 * Most gas that a transaction of each call is given. Moves of one slot cost at most 110,000, and a refusal that takes
 * effect pushes up to three payments; an end pushes up to 35 of 30,000 each, and writes each down that fails (`gasWithPushes`
 * leaves room for that). What needs more does something that it should not.
 */
export const gasLimits: Record<Verb, bigint> = {
  acceptJobBySig: mostAcceptanceGas,
  ...slotMoveGas,
  completeJob: 4_000_000n,
  settleJob: 4_000_000n,
  expireJob: 4_000_000n,
};

/** Whether a call is about one slot: what contributors have relayed, and what follows from it. */
export function isSlotMove(verb: string): verb is "acceptJobBySig" | keyof typeof slotMoveGas {
  return verb === "acceptJobBySig" || Object.hasOwn(slotMoveGas, verb);
}

/** What the operator lets the aggregator's wallet spend. */
export interface SpendingLimits {
  /** Most wei offered for a unit of gas. */
  maxFeePerGasWei: bigint;
  /** Most wei that one transaction may cost, whatever gas it is given. */
  maxFeeWei: bigint;
  /** Gas of the submissions relayed in a day, together, for one wallet and for one slot. */
  relayGasPerWallet: bigint;
  relayGasPerSlot: bigint;
  /**
   * The same for all wallets together that were never paid and took their slots themselves without a bond, and a quarter
   * of it in the jobs of one requester: there may be any number.
   */
  relayGasOfNewcomers: bigint;
  /** Whether submissions are relayed for which code vouches (EIP-1271): it may spend the gas on anything. */
  relayContractSigners: boolean;
  /** What acceptances may cost that are relayed; undefined where none is. */
  acceptances: AcceptanceBudget | undefined;
}

export function spendingLimitsOf(env: Env): SpendingLimits {
  return {
    maxFeePerGasWei: env.MAX_FEE_PER_GAS_WEI,
    maxFeeWei: env.MAX_FEE_WEI,
    relayGasPerWallet: env.RELAY_GAS_PER_WALLET,
    relayGasPerSlot: env.RELAY_GAS_PER_SLOT,
    relayGasOfNewcomers: env.RELAY_GAS_OF_NEWCOMERS,
    relayContractSigners: env.RELAY_CONTRACT_SIGNERS,
    acceptances: acceptanceBudgetOf(env),
  };
}
