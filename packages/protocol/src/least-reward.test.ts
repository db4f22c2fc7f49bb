import { describe, expect, it } from "vitest";
import { assertRewardSuffices, leastRewardWei } from "./least-reward.ts";
import { quoteJob } from "./rewards.ts";
import { stakeOfRound } from "./rounds.ts";

const pol = 10n ** 18n;

describe.each([
  [0, 1, 1],
  [0, 3, 1],
  [500, 1, 1],
  [333, 7, 1],
  [999, 32, 3],
  [1_000, 5, 4],
])("with a fee of %i, %i contributors and %i rounds", (feeBps, contributors, rounds) => {
  const terms = { feeBps, leastShareWei: (pol / 100n).toString() };

  it("the least reward pays every delivery of every round the least, and hardly less does not", () => {
    const rewardWei = leastRewardWei({ rounds, contributors }, terms);
    const shareOf = (reward: bigint, round: number) => {
      const stake = { rewardWei: stakeOfRound(reward, rounds, round), feeBps, bondWei: 0n };
      return quoteJob({ ...stake, minContributors: 1, maxContributors: contributors }).shareWei;
    };
    for (let round = 1; round <= rounds; round++)
      expect(shareOf(rewardWei, round)).toBeGreaterThanOrEqual(pol / 100n);
    expect(shareOf(rewardWei - BigInt(2 * contributors * rounds), rounds)).toBeLessThan(pol / 100n);
    assertRewardSuffices({ rewardWei, rounds, contributors }, terms);
  });
});

it("a reward that is too small is refused with the least that would do", () => {
  const terms = { feeBps: 500, leastShareWei: (pol / 100n).toString() };
  const refusal = (asked: Parameters<typeof assertRewardSuffices>[0]) => {
    try {
      assertRewardSuffices(asked, terms);
      return undefined;
    } catch (error) {
      const { message, fix } = error as { message: string; fix: string };
      return [message, fix];
    }
  };
  expect(refusal({ rewardWei: pol / 100n, rounds: 1, contributors: 2 })).toEqual([
    "rewardWei: each delivery would be paid less than 0.01 POL, the least on this platform",
    "Offer at least 0.021052631578947369 POL for 2 contributors, or ask for fewer.",
  ]);
  expect(refusal({ rewardWei: 1n, rounds: 3, contributors: 1 })?.[1]).toContain(
    "one contributor and 3 rounds",
  );
  assertRewardSuffices({ rewardWei: 1n, rounds: 1, contributors: 1 }, { feeBps: 0, leastShareWei: "0" });
});
