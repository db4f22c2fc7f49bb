import { type Fees, withMinTip } from "@trainchain/chain";
import type { Attempt } from "@trainchain/db/work";
import { type Hex, keccak256, type LocalAccount, parseTransaction } from "viem";

export interface Call {
  to: Hex;
  data: Hex;
  value: bigint;
  nonce: number;
  gas: bigint;
}

/** A signed form of a call, ready to be written down before it is sent; it offers the network's lowest tip at least. */
export async function signAttempt(
  account: LocalAccount,
  chainId: number,
  call: Call,
  fees: Fees,
): Promise<Attempt> {
  const { maxFeePerGas, maxPriorityFeePerGas } = withMinTip(chainId, fees);
  const prices = { maxFeePerGas, maxPriorityFeePerGas };
  const raw = await account.signTransaction({ type: "eip1559", chainId, ...call, ...prices });
  return {
    hash: keccak256(raw),
    raw,
    maxFeePerGasWei: maxFeePerGas.toString(),
    sentAt: new Date().toISOString(),
  };
}

/** The same call at a higher price: nodes replace a pending transaction only for at least 10 % more. */
export async function signDearerAttempt(
  account: LocalAccount,
  chainId: number,
  last: Attempt,
  market: Fees,
): Promise<Attempt> {
  const before = parseTransaction(last.raw as Hex);
  const call: Call = {
    to: before.to as Hex,
    data: before.data ?? "0x",
    value: before.value ?? 0n,
    nonce: before.nonce ?? 0,
    gas: before.gas ?? 0n,
  };
  return signAttempt(account, chainId, call, {
    maxFeePerGas: larger(market.maxFeePerGas, dearer(before.maxFeePerGas ?? 0n)),
    maxPriorityFeePerGas: larger(market.maxPriorityFeePerGas, dearer(before.maxPriorityFeePerGas ?? 0n)),
  });
}

/** An eighth more, rounded up. */
function dearer(price: bigint): bigint {
  return price + price / 8n + 1n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
