import { estimateFees, toChainError } from "@trainchain/chain";
import type { Database } from "@trainchain/db";
import { changeTransaction, findNextNonce, type TransactionRow } from "@trainchain/db/work";
import type { ErrorCode, TrainChainError } from "@trainchain/protocol";
import type { Logger } from "pino";
import type { Hex, LocalAccount, PublicClient } from "viem";
import { isAlreadyDone } from "./already-done.ts";
import { signAttempt } from "./sign-attempt.ts";

export interface SendDeps {
  db: Database;
  client: PublicClient;
  account: LocalAccount;
  chainId: number;
  /** Blocks on top of a transaction before it counts. */
  confirmations: number;
  /** How long a transaction may wait to be mined before its price is raised. */
  bumpAfterMs: number;
  log: Logger;
}

/**
 * Sends a queued intent: tries it on the node, fixes nonce and price, writes the signed form down, then broadcasts.
 * Killed before the writing nothing was sent; killed after it the stored form is sent again, byte for byte.
 */
export async function sendTransaction(deps: SendDeps, row: TransactionRow): Promise<void> {
  const { db, client, account, chainId, log } = deps;
  const call = { to: row.toAddress as Hex, data: row.data as Hex, value: row.valueWei };
  const gas = await estimate(deps, row, call);
  if (gas === undefined) return;
  const [pending, queued, fees] = await Promise.all([
    client.getTransactionCount({ address: account.address, blockTag: "pending" }),
    findNextNonce(db),
    estimateFees(client, chainId),
  ]);
  const nonce = Math.max(pending, Number(queued ?? 0n));
  const attempt = await signAttempt(account, chainId, { ...call, nonce, gas }, fees);
  const change = { status: "sent", nonce: BigInt(nonce), attempts: [attempt] };
  if (!(await changeTransaction(db, row, change))) return;
  log.info({ purpose: row.purpose, nonce, hash: attempt.hash }, "sending");
  await broadcast(deps, attempt.raw);
}

/** Gas for the call with a fifth to spare; undefined, with the reason stored, where the escrow would refuse it. */
async function estimate(
  { db, client, account, log }: SendDeps,
  row: TransactionRow,
  call: { to: Hex; data: Hex; value: bigint },
): Promise<bigint | undefined> {
  try {
    return ((await client.estimateGas({ account: account.address, ...call })) * 6n) / 5n;
  } catch (cause) {
    const error = toChainError(cause);
    if (error.code === "chain-unavailable" || error.code === "insufficient-funds") throw error;
    const done = isAlreadyDone(row.purpose, error);
    log.info(
      { purpose: row.purpose, code: error.code, reason: error.message },
      done ? "already so" : "refused",
    );
    await changeTransaction(db, row, {
      status: done ? "confirmed" : "refused",
      error: done ? null : storedError(error),
    });
    return undefined;
  }
}

/** Hands a signed transaction to the node. What goes wrong here is seen again when its receipt is looked for. */
export async function broadcast({ client, log }: SendDeps, raw: string): Promise<void> {
  try {
    await client.sendRawTransaction({ serializedTransaction: raw as Hex });
  } catch (error) {
    log.debug({ reason: toChainError(error).message }, "the node did not take a transaction");
  }
}

export function storedError({ code, message, fix }: TrainChainError): {
  code: ErrorCode;
  message: string;
  fix?: string;
} {
  return { code, message, fix };
}
