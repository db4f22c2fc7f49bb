import { describe, expect, it } from "vitest";
import { formatPol, formatWorth } from "./amount.tsx";
import { formatRelativeTime, formatSpan } from "./relative-time.tsx";

describe("formatPol", () => {
  it.each([
    ["0", "0"],
    ["1000000000000000000", "1"],
    ["1500000000000000000", "1.5"],
    ["1234567890000000000000", "1,234.5678"],
    ["999999999999999999", "0.9999"],
    ["1", "<0.0001"],
    ["-2500000000000000000", "-2.5"],
    [(10n ** 27n).toString(), "1,000,000,000"],
  ])("writes %s wei as %s, never more than there is", (wei, text) => {
    expect(formatPol(wei)).toBe(text);
    expect(formatPol(BigInt(wei))).toBe(text);
  });

  it("keeps as many decimals as asked for", () => {
    expect(formatPol(123_456_789_000_000_000n, 2)).toBe("0.12");
    expect(formatPol(1_000_000_000_000_000n, 2)).toBe("<0.01");
  });
});

describe("formatWorth", () => {
  const rate = { currency: "USD", perPol: 0.4512 };
  it.each([
    ["6870567375886524822", "≈ 3.10 USD"],
    ["10000000000000000000000", "≈ 4,512.00 USD"],
    ["1000000000000000", "<0.01 USD"],
    ["0", ""],
  ])("says of %s wei: %s", (wei, text) => {
    expect(formatWorth(wei, rate)).toBe(text);
    expect(formatWorth(BigInt(wei), rate)).toBe(text);
  });
});

describe("formatRelativeTime", () => {
  const now = Date.UTC(2026, 10, 22, 12);
  it.each([
    [-5, "just now"],
    [5, "in a moment"],
    [-90, "1 minute ago"],
    [3_600, "in 1 hour"],
    [-86_400, "yesterday"],
    [47 * 3_600, "in 47 hours"],
    [2 * 86_400, "in 2 days"],
    [4 * 86_400 - 60, "in 3 days 23 hours"],
    [5 * 86_400 + 3_700, "in 5 days 1 hour"],
    [-10 * 86_400, "10 days ago"],
    [400 * 86_400, "next year"],
  ])("says of %i seconds from now: %s", (seconds, text) => {
    expect(formatRelativeTime(new Date(now + seconds * 1_000), now)).toBe(text);
  });
});

it.each([
  [-3, "0 seconds"],
  [1, "1 second"],
  [45, "45 seconds"],
  [60, "1 minute"],
  [5_400, "90 minutes"],
  [86_400, "24 hours"],
  [604_790, "7 days"],
])("formatSpan says of %i seconds: %s", (seconds, text) => {
  expect(formatSpan(seconds)).toBe(text);
});
