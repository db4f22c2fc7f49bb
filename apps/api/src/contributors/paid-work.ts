/** What everybody may see of what a contributor was paid: by how many wallets, and about how much (rounded down). */
export function paidWorkOf({ requesters, earnedWei }: { requesters: number; earnedWei: bigint }) {
  return { requesters, paidAtLeastWei: roundedDown(earnedWei).toString() };
}

/** The largest of 1, 2, 5, 10, 20, 50 … that is not above the amount; 0 for nothing. */
function roundedDown(amount: bigint): bigint {
  if (amount <= 0n) return 0n;
  const digits = amount.toString();
  const first = BigInt(digits[0] ?? "0");
  return (first >= 5n ? 5n : first >= 2n ? 2n : 1n) * 10n ** BigInt(digits.length - 1);
}
