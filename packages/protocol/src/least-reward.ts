import { TrainChainError } from "./errors.ts";
import { inPol } from "./in-pol.ts";
import type { RequestedTerms } from "./kinds/kind.ts";

/** What a platform asks of rewards, as its configuration tells. */
export interface RewardTerms {
  feeBps: number;
  /** What each accepted delivery has to be paid at least, in wei; "0" for no bound. */
  leastShareWei: string;
}

/** The least that has to be offered for all rounds together, so that each delivery of each round is paid the platform's least, in wei. */
export function leastRewardWei(
  { rounds, contributors }: Pick<RequestedTerms, "rounds" | "contributors">,
  { feeBps, leastShareWei }: RewardTerms,
): bigint {
  const rest = 10_000n - BigInt(feeBps);
  const stakeWei = (BigInt(leastShareWei) * BigInt(contributors) * 10_000n + rest - 1n) / rest;
  return stakeWei * BigInt(rounds);
}

/**
 * Throws where a delivery would be paid less than what it costs the platform to have it relayed, judged and paid.
 * @throws TrainChainError `invalid-input`
 */
export function assertRewardSuffices(
  asked: Pick<RequestedTerms, "rewardWei" | "rounds" | "contributors">,
  terms: RewardTerms,
): void {
  const leastWei = leastRewardWei(asked, terms);
  if (asked.rewardWei >= leastWei) return;
  const { rounds, contributors } = asked;
  const whom = contributors === 1 ? "one contributor" : `${contributors} contributors`;
  throw new TrainChainError(
    "invalid-input",
    `rewardWei: each delivery would be paid less than ${inPol(terms.leastShareWei)} POL, the least on this platform`,
    {
      fix: `Offer at least ${inPol(leastWei)} POL for ${whom}${rounds > 1 ? ` and ${rounds} rounds` : ""}, or ask for fewer.`,
      facts: { leastWei: `${leastWei}` },
    },
  );
}
