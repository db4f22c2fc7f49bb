import { getGasPriceWei } from "@trainchain/chain";
import {
  assertRewardSuffices,
  type ConfigView,
  findBaseModel,
  type Proof,
  quoteJob,
  stakeOfRound,
  TrainChainError,
} from "@trainchain/protocol";
import { getBalance } from "viem/actions";
import { inPol } from "./job-options.ts";
import type { Platform, WalletPlatform } from "./platform.ts";

/**
 * One of the base models that the platform offers.
 * @throws TrainChainError `invalid-input`
 */
export function getOfferedModel(
  given: string,
  { config }: Pick<Platform, "config">,
): ConfigView["models"][number] {
  const model = findBaseModel(config.models, given);
  if (model) return model;
  throw new TrainChainError("invalid-input", `model: "${given}" is not offered here`, {
    fix: `Choose one of ${config.models.map(({ id }) => id).join(", ")}. Nothing was sent.`,
  });
}

/** Refuses a request for a proof that the platform does not offer. */
export function assertProvable(proof: Proof | undefined, { config }: Pick<Platform, "config">): void {
  if (proof !== "replay" || config.replays) return;
  throw new TrainChainError("invalid-input", "proof: this platform does no training again", {
    fix: "Ask for --proof result, or leave it out. Nothing was sent.",
  });
}

/** Refuses a request that pays a delivery too little, or whose first stake the wallet cannot pay with gas, and says what is missing. */
export async function assertAffordable(
  { reader, config, account }: WalletPlatform,
  { rewardWei, rounds, slots }: { rewardWei: bigint; rounds: number; slots: number },
): Promise<void> {
  assertRewardSuffices({ rewardWei, rounds, contributors: slots }, config);
  const [balanceWei, gasPriceWei] = await Promise.all([
    getBalance(reader, { address: account.address }),
    getGasPriceWei(reader, config.chainId),
  ]);
  const stakeWei = stakeOfRound(rewardWei, rounds, 1);
  const terms = { minContributors: slots, maxContributors: slots, bondWei: 0n };
  const { gas } = quoteJob({ ...terms, rewardWei: stakeWei, feeBps: config.feeBps, gasPriceWei });
  const neededWei = stakeWei + (gas.requesterWei ?? 0n);
  if (balanceWei >= neededWei) return;
  throw new TrainChainError(
    "insufficient-funds",
    `${account.address} has ${inPol(balanceWei)}; the job takes ${inPol(neededWei)} with gas`,
    { fix: `Send it ${inPol(neededWei - balanceWei)} more, or offer less. Nothing was sent or paid.` },
  );
}
