import { expect, it } from "vitest";
import { stakeOfRound } from "./rounds.ts";

it.each([
  [1_000n, 1, [1_000n]],
  [1_000n, 3, [334n, 333n, 333n]],
  [2_000_000_000_000_000_003n, 2, [1_000_000_000_000_000_002n, 1_000_000_000_000_000_001n]],
])(
  "a reward of %d wei in %d rounds is staked whole, the rest that does not divide first",
  (reward, rounds, stakes) => {
    expect(stakes.map((_, index) => stakeOfRound(reward, rounds, index + 1))).toEqual(stakes);
    expect(stakes.reduce((sum, stake) => sum + stake, 0n)).toBe(reward);
  },
);
