import { rewardPerHour } from "@trainchain/protocol";
import { formatEther } from "viem";

/** What a slot puts at stake, and what it is paid for. */
export interface BondedSlot {
  bondWei: bigint;
  shareWei: bigint;
}

/**
 * Why a bond is more than the owner of the machine allows to be lost, as a sentence; undefined where it is not.
 * `mostBondPercent` is the most, in per cent of what a delivery is paid.
 */
export function whyBondTooLarge(
  { bondWei, shareWei }: BondedSlot,
  mostBondPercent: number,
): string | undefined {
  const mostHundredths = BigInt(Math.floor(mostBondPercent * 100));
  if (bondWei * 10_000n <= shareWei * mostHundredths) return undefined;
  return `Its bond of ${formatEther(bondWei)} POL is more than ${mostBondPercent} % of the ${formatEther(shareWei)} POL that a delivery is paid, and is lost where none is made in time.`;
}

/**
 * Why an hour of training pays less than the owner of the machine asks for, as sentences; undefined where it does not.
 * `estimatedSeconds` is what training takes at the worst, null where nobody can say.
 */
export function whyHourTooCheap(
  { shareWei, estimatedSeconds }: { shareWei: bigint; estimatedSeconds: number | null },
  leastPerHourWei: bigint,
): string | undefined {
  if (leastPerHourWei === 0n) return undefined;
  if (estimatedSeconds === null) return "How long it takes here is not known, and so is what an hour pays.";
  const perHour = rewardPerHour(shareWei, estimatedSeconds);
  if (perHour >= leastPerHourWei) return undefined;
  return `It takes up to ${estimatedSeconds} s here: an hour pays ${formatEther(perHour)} POL at the least.`;
}
