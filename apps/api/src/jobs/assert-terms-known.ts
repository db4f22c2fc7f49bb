import {
  assertRewardSuffices,
  bondWeiOf,
  type JobKind,
  kindOf,
  maxBondBps,
  stakeOfRound,
  TrainChainError,
} from "@trainchain/protocol";
import type { Platform } from "../deps.ts";
import type { EscrowFacts } from "./escrow-facts.ts";

/**
 * Refuses a kept request for a reward that pays a delivery less than the platform's least, and for terms that the escrow's
 * version does not know: permits on the first, and a bond of more than a tenth of a share on the second.
 * @throws TrainChainError `invalid-input`
 */
export function assertTermsKnown(
  kind: JobKind,
  request: Record<string, unknown>,
  facts: EscrowFacts | undefined,
  { leastShareWei }: Pick<Platform, "leastShareWei">,
): void {
  const terms = kindOf(kind).termsOf(request);
  assertRewardSuffices(terms, { feeBps: facts?.feeBps ?? 0, leastShareWei: `${leastShareWei}` });
  if (!facts) return;
  const { bondWei, rewardWei, rounds, contributors, permitOnly } = terms;
  if (facts.version === "1") {
    if (!permitOnly) return;
    throw new TrainChainError("invalid-input", "permitOnly: this platform's escrow knows no permits", {
      fix: "Leave it out: anybody may take a slot here.",
    });
  }
  const stakeWei = stakeOfRound(rewardWei, rounds, 1);
  const stake = { rewardWei: stakeWei, feeBps: facts.feeBps, maxContributors: contributors };
  const mostWei = bondWeiOf(maxBondBps, stake);
  if (bondWei <= mostWei) return;
  throw new TrainChainError("invalid-input", "bondWei: more than a tenth of what a delivery is paid", {
    fix: `Ask for a bond of at most ${mostWei} wei, or raise the reward.`,
    facts: { mostWei: `${mostWei}` },
  });
}
