import { type Fees, withMinTip } from "@trainchain/chain";
import type { Attempt } from "@trainchain/db/work";
import { type Hex, keccak256, type LocalAccount, parseTransaction } from "viem";
import type { SpendingLimits } from "./limits.ts";

export interface Call {
  to: Hex;
  data: Hex;
  value: bigint;
  nonce: number;
  gas: bigint;
}

/** What a transfer costs that calls no code. */
const transferGas = 21_000n;

type PriceLimits = Pick<SpendingLimits, "maxFeePerGasWei" | "maxFeeWei">;

/**
 * A signed form of a call, ready to be written down before it is sent. It offers the network's lowest tip at least,
 * and the limits at most: where the market rises above them it waits with the nodes.
 */
export async function signAttempt(
  account: LocalAccount,
  chainId: number,
  call: Call,
  fees: Fees,
  limits: PriceLimits,
): Promise<Attempt> {
  const prices = withinLimits(withMinTip(chainId, fees), call.gas, limits);
  const raw = await account.signTransaction({ type: "eip1559", chainId, ...call, ...prices });
  return {
    hash: keccak256(raw),
    raw,
    maxFeePerGasWei: prices.maxFeePerGas.toString(),
    sentAt: new Date().toISOString(),
  };
}

/**
 * The same call at a higher price: nodes replace a pending transaction only for at least 10 % more. Undefined where
 * the limits leave no room for that.
 */
export async function signDearerAttempt(
  account: LocalAccount,
  chainId: number,
  last: Attempt,
  market: Fees,
  limits: PriceLimits,
  change: Partial<Call> = {},
): Promise<Attempt | undefined> {
  const before = { ...parseTransaction(last.raw as Hex), ...change };
  const { maxFeePerGas: fee = 0n, maxPriorityFeePerGas: tip = 0n, gas = 0n } = before;
  const wanted = {
    maxFeePerGas: larger(market.maxFeePerGas, dearer(fee)),
    maxPriorityFeePerGas: larger(market.maxPriorityFeePerGas, dearer(tip)),
  };
  const allowed = withinLimits(wanted, gas, limits);
  if (allowed.maxFeePerGas * 10n < fee * 11n || allowed.maxPriorityFeePerGas * 10n < tip * 11n)
    return undefined;
  const { to, data = "0x", value = 0n, nonce = 0 } = before;
  return signAttempt(account, chainId, { to: to as Hex, data, value, nonce, gas }, allowed, limits);
}

/**
 * A transfer of nothing to the key itself under the nonce of a call that has grown too dear: it needs little gas, so
 * that it may offer more for a unit, and lets what waits behind that nonce go on. Undefined where it too would wait.
 */
export async function signCancellation(
  account: LocalAccount,
  chainId: number,
  last: Attempt,
  market: Fees & { leastWei: bigint },
  limits: PriceLimits,
): Promise<Attempt | undefined> {
  if (market.leastWei > ceilingOf(transferGas, limits)) return undefined;
  const nothing: Partial<Call> = { to: account.address, data: "0x", value: 0n, gas: transferGas };
  return signDearerAttempt(account, chainId, last, market, limits, nothing);
}

/** Most wei that the limits let a transaction of so much gas offer for a unit of it. */
export function ceilingOf(gas: bigint, { maxFeePerGasWei, maxFeeWei }: PriceLimits): bigint {
  return smaller(maxFeePerGasWei, maxFeeWei / larger(gas, 1n));
}

function withinLimits({ maxFeePerGas, maxPriorityFeePerGas }: Fees, gas: bigint, limits: PriceLimits): Fees {
  const ceiling = ceilingOf(gas, limits);
  return {
    maxFeePerGas: smaller(maxFeePerGas, ceiling),
    maxPriorityFeePerGas: smaller(maxPriorityFeePerGas, ceiling),
  };
}

/** An eighth more, rounded up. */
function dearer(price: bigint): bigint {
  return price + price / 8n + 1n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
