import { type AdapterRequest, TrainChainError } from "@trainchain/protocol";

/**
 * That a reward leaves something for every contributor, in each of so many rounds.
 * @throws TrainChainError `invalid-input`
 */
export function assertShares(
  { rewardWei, contributors }: Pick<AdapterRequest, "rewardWei" | "contributors">,
  rounds = 1,
): void {
  if (rewardWei >= BigInt(contributors * rounds) * 2n) return;
  throw new TrainChainError("invalid-input", `rewardWei: too little for ${contributors} contributors`, {
    fix: "Offer a reward that leaves something for every contributor in every round.",
  });
}
