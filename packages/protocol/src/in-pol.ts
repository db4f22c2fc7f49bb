/** An amount in POL, to the wei: "0.01". */
export function inPol(amountWei: bigint | string): string {
  const digits = amountWei.toString().padStart(19, "0");
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, "");
}
