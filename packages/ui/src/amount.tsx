import { formatCount } from "./count.ts";

const wei = 10n ** 18n;

/**
 * An amount of wei in POL with at most `decimals` decimals, rounded down and without trailing zeros. An amount too
 * small for them is written "<0.0001".
 */
export function formatPol(amountWei: bigint | string, decimals = 4): string {
  const amount = BigInt(amountWei);
  const sign = amount < 0n ? "-" : "";
  const magnitude = amount < 0n ? -amount : amount;
  const fraction = (magnitude % wei).toString().padStart(18, "0").slice(0, decimals).replace(/0+$/, "");
  const whole = formatCount(magnitude / wei);
  if (magnitude > 0n && whole === "0" && fraction === "") return `<0.${"0".repeat(decimals - 1)}1`;
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}

/** An amount of wei as POL; the exact figure is in its title. */
export function Amount({ wei: amountWei, decimals }: { wei: bigint | string; decimals?: number }) {
  return (
    <span className="whitespace-nowrap tabular-nums" title={`${amountWei} wei`}>
      {formatPol(amountWei, decimals)} POL
    </span>
  );
}
