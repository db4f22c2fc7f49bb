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
