import {
  bondWeiOf,
  type JobKind,
  kindOf,
  maxBondBps,
  stakeOfRound,
  TrainChainError,
} from "@trainchain/protocol";
import type { EscrowFacts } from "./escrow-facts.ts";

/**
 * Refuses a kept request for a bond that the escrow's second version knows none of: more than a tenth of a share.
 * @throws TrainChainError `invalid-input`
 */
export function assertBond(
  kind: JobKind,
  request: Record<string, unknown>,
  facts: EscrowFacts | undefined,
): void {
  if (facts?.version !== "2") return;
  const { bondWei, rewardWei, rounds, contributors } = kindOf(kind).termsOf(request);
  const stakeWei = stakeOfRound(rewardWei, rounds, 1);
  const stake = { rewardWei: stakeWei, feeBps: facts.feeBps, maxContributors: contributors };
  const mostWei = bondWeiOf(maxBondBps, stake);
  if (bondWei <= mostWei) return;
  throw new TrainChainError("invalid-input", "bondWei: more than a tenth of what a delivery is paid", {
    fix: `Ask for a bond of at most ${mostWei} wei, or raise the reward.`,
    facts: { mostWei: `${mostWei}` },
  });
}
