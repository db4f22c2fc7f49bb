import { type Address, TrainChainError } from "@trainchain/protocol";
import type { Hex } from "viem";
import type { EscrowAccess } from "../escrow/chain.ts";
import type { StepContext } from "./step-context.ts";
import { waitUntil } from "./wait-until.ts";

/** How long what is signed here counts, in seconds: longer than a relay is waited for. */
const signedSeconds = 600;

/** Until when an acceptance that is signed now is to count: Unix seconds, by the chain's clock or this machine's later one. */
export async function acceptanceEnd(escrow: Pick<EscrowAccess, "getSeconds">): Promise<number> {
  return Math.max(await escrow.getSeconds(), Math.floor(Date.now() / 1_000)) + signedSeconds;
}

/**
 * Whether the platform takes the slot for this wallet, which could not pay for that: only where no bond is asked.
 */
export async function isTakenByPlatform(
  { escrow, relaysAcceptances }: Pick<StepContext, "escrow" | "relaysAcceptances">,
  bondWei: bigint,
): Promise<boolean> {
  return relaysAcceptances && bondWei === 0n && (await escrow.isTooPoorToAccept());
}

/**
 * Hands a signed acceptance to the platform, which pays, and waits until the chain shows the slot.
 * @throws TrainChainError `not-ready` where it does not in the time that relays have: it may be signed and asked again
 */
export async function relayAcceptance(
  { api, escrow, patience, signal }: Pick<StepContext, "api" | "escrow" | "patience" | "signal">,
  jobId: string,
  accepted: { delegate: Address; signedUntil: number; signature: Hex; permit?: Hex | undefined },
): Promise<void> {
  await api.acceptJob(jobId, accepted);
  const lateAt = Date.now() + patience.relayMs;
  await waitUntil(
    async () => {
      if ((await escrow.getSlot(jobId)).status !== "none") return true;
      const { status, takenSlots, maxContributors } = await escrow.getJob(jobId);
      if (status !== "open" || takenSlots.length === maxContributors)
        throw new TrainChainError("conflict", `job ${jobId} has no slot left for this wallet`);
      if (Date.now() < lateAt) return undefined;
      throw new TrainChainError("not-ready", `the platform has not taken a slot of job ${jobId} yet`, {
        fix: "It is asked again; or put coin for the gas into the wallet, which then takes the slot by itself.",
      });
    },
    patience.pollMs,
    signal,
  );
}
