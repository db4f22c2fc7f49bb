/** POL as typed, in wei; undefined where it is no amount. */
export function readPol(text: string): bigint | undefined {
  const match = /^(\d{1,12})(?:[.,](\d{0,18}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole = "0", fraction = ""] = match;
  return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, "0"));
}

/** Wei as `readPol` reads them. */
export function writePol(wei: bigint): string {
  const fraction = (wei % 10n ** 18n).toString().padStart(18, "0").replace(/0+$/, "");
  return `${wei / 10n ** 18n}${fraction && `.${fraction}`}`;
}
