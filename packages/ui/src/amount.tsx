import { createContext, useContext } from "react";
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

/** What one POL is worth, about. */
export interface Rate {
  currency: string;
  perPol: number;
}

/** The rate by which amounts are shown with their worth; none where the platform names none. */
export const RateContext = createContext<Rate | null>(null);

/** About what an amount is worth: "≈ 3.10 USD", to the hundredth; nothing of nothing. */
export function formatWorth(amountWei: bigint | string, { currency, perPol }: Rate): string {
  const worth = (Number(BigInt(amountWei)) / 1e18) * perPol;
  if (worth === 0) return "";
  if (Math.abs(worth) < 0.01) return `<0.01 ${currency}`;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `≈ ${worth.toLocaleString("en-US", digits)} ${currency}`;
}

/** An amount of wei as POL, `withWorth` in money too where a rate is known; the exact figure is in its title. */
export function Amount({
  wei: amountWei,
  decimals,
  withWorth = false,
}: {
  wei: bigint | string;
  decimals?: number;
  withWorth?: boolean;
}) {
  const rate = useContext(RateContext);
  const worth = withWorth && rate ? formatWorth(amountWei, rate) : "";
  return (
    <>
      <span className="whitespace-nowrap tabular-nums" title={`${amountWei} wei`}>
        {formatPol(amountWei, decimals)} POL
      </span>
      {worth && (
        <>
          {/* Outside of what must not be broken: a narrow place puts the worth below. */}{" "}
          <span className="text-sm font-normal whitespace-nowrap text-muted tabular-nums">{worth}</span>
        </>
      )}
    </>
  );
}
