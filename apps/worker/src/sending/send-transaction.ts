import { estimateFees, gasWithPushes, getLeastGasPriceWei, toChainError } from "@trainchain/chain";
import type { Database, Executor } from "@trainchain/db";
import { changeTransaction, findNextNonce, recordRelay, type TransactionRow } from "@trainchain/db/work";
import { type Address, type ErrorCode, TrainChainError } from "@trainchain/protocol";
import type { Logger } from "pino";
import { formatGwei, type Hex, type LocalAccount, type PublicClient } from "viem";
import { isAlreadyDone } from "./already-done.ts";
import { assertAcceptanceRelayable, assertRelayable } from "./assert-relayable.ts";
import { type ExaminedCall, examineCall } from "./examine-call.ts";
import { gasLimits, isSlotMove, type SpendingLimits } from "./limits.ts";
import { ceilingOf, signAttempt } from "./sign-attempt.ts";

export interface SendDeps {
  db: Database;
  client: PublicClient;
  account: LocalAccount;
  chainId: number;
  escrow: Address;
  limits: SpendingLimits;
  /** Blocks on top of a transaction before it counts. */
  confirmations: number;
  /** How long a transaction may wait to be mined before its price is raised. */
  bumpAfterMs: number;
  log: Logger;
}

/**
 * Sends a queued intent: examines it, tries it on the node, fixes nonce and price, writes the signed form down, then
 * broadcasts. Killed before the writing nothing was sent; killed after it the stored form is sent again, byte for byte.
 */
export async function sendTransaction(deps: SendDeps, row: TransactionRow): Promise<void> {
  const { db, client, account, chainId, escrow, limits, log } = deps;
  const allowed = await allow(deps, row);
  if (!allowed) return;
  const { call, gas } = allowed;
  if (await putOff(deps, row, gas)) return;
  const [pending, queued, fees, block] = await Promise.all([
    client.getTransactionCount({ address: account.address, blockTag: "pending" }),
    findNextNonce(db),
    estimateFees(client, chainId),
    client.getBlockNumber({ cacheTime: 0 }),
  ]);
  const nonce = Math.max(pending, Number(queued ?? 0n));
  const attempt = await signAttempt(account, chainId, { ...bare(row), nonce, gas }, fees, limits);
  const attempts = [{ ...attempt, block: block.toString() }];
  const change = { status: "sent" as const, nonce: BigInt(nonce), attempts, error: null };
  const isOurs = await db.transaction(async (tx) => {
    if (!(await changeTransaction(tx, row, change))) return false;
    const { verb, jobId, contributors } = call;
    const [contributor = ""] = contributors;
    if (isSlotMove(verb)) await recordRelay(tx, { escrow, jobId, contributor, call: verb, gas });
    return true;
  });
  if (!isOurs) return;
  log.info({ purpose: row.purpose, nonce, hash: attempt.hash }, "sending");
  await broadcast(deps, attempt.raw);
}

/**
 * Leaves a call queued while gas costs more than it may offer: under a nonce of its own everything after it would wait
 * for prices to fall too. Returns whether it did; it is said once.
 */
async function putOff(deps: SendDeps, row: TransactionRow, gas: bigint): Promise<boolean> {
  const { db, client, chainId, limits, log } = deps;
  const ceiling = ceilingOf(gas, limits);
  if ((await getLeastGasPriceWei(client, chainId)) <= ceiling) return false;
  const error = tooDear(row, ceiling);
  if (!row.error) log.error({ purpose: row.purpose, code: error.code, reason: error.message }, "put off");
  await changeTransaction(db, row, { error: storedError(error) });
  return true;
}

/** Why a transaction waits that may offer no more than this for a unit of gas. */
export function tooDear({ purpose }: TransactionRow, ceilingWei: bigint): TrainChainError {
  return new TrainChainError(
    "not-ready",
    `${purpose} is not mined at ${formatGwei(ceilingWei)} gwei a unit of gas, the most it may offer`,
    {
      fix: "It goes on by itself when prices fall; MAX_FEE_PER_GAS_WEI and MAX_FEE_WEI say what may be offered.",
    },
  );
}

/** The call with the gas that it is given; undefined, with the reason stored, where it is not to be sent. */
async function allow(
  deps: SendDeps,
  row: TransactionRow,
): Promise<{ call: ExaminedCall; gas: bigint } | undefined> {
  const { db, log } = deps;
  let call: ExaminedCall | undefined;
  try {
    call = await examineCall(deps, row);
    if (call.verb === "submitAdapterBySig") await assertRelayable(deps, call);
    if (call.verb === "acceptJobBySig") await assertAcceptanceRelayable(deps, call);
    return { call, gas: await estimate(deps, row, call) };
  } catch (cause) {
    const error = toChainError(cause);
    if (["chain-unavailable", "database-unavailable", "insufficient-funds", "internal"].includes(error.code))
      throw error;
    const done = isAlreadyDone(row.purpose, error);
    const { purpose } = row;
    log[error.code === "forbidden" ? "error" : "info"](
      { purpose, code: error.code, reason: error.message },
      done ? "already so" : "refused",
    );
    await db.transaction(async (tx) => {
      const change = done
        ? { status: "confirmed" as const, error: null }
        : { status: "refused" as const, error: storedError(error) };
      if ((await changeTransaction(tx, row, change)) && !done) await countTry(deps, tx, row, { call, error });
    });
    return undefined;
  }
}

/** Holds a refused acceptance against its wallet, unless it was put off, or the budgets that others share are full. */
async function countTry(
  { escrow }: SendDeps,
  tx: Executor,
  row: TransactionRow,
  { call, error }: { call: ExaminedCall | undefined; error: TrainChainError },
): Promise<void> {
  if (call?.verb !== "acceptJobBySig" || row.error || error.code === "too-many-requests") return;
  const { verb, jobId, contributors } = call;
  await recordRelay(tx, { escrow, jobId, contributor: contributors[0] ?? "", call: verb, gas: 0n });
}

/** Gas for the call, whatever those that it pays do with what they are called with, within the limit of its kind. */
async function estimate(
  { client, account }: SendDeps,
  row: TransactionRow,
  { verb, jobId, contributors }: ExaminedCall,
): Promise<bigint> {
  const limit = gasLimits[verb];
  const needed = await client
    .estimateGas({ account: account.address, ...bare(row), gas: limit })
    .catch((error: unknown) => {
      if (isTooMuch(error)) return undefined;
      throw toChainError(error);
    });
  // Some nodes estimate beyond the gas that they are told of.
  if (needed === undefined || needed > limit)
    throw new TrainChainError("chain-rejected", `${verb} of job ${jobId} needs more than ${limit} gas`, {
      fix: "Send it from your own wallet; the platform pays no more for it.",
    });
  const withSpare = gasWithPushes(needed, verb, contributors.length);
  return withSpare < limit ? withSpare : limit;
}

/** Whether a node says that a call runs out of the gas that it may have. */
function isTooMuch(error: unknown): boolean {
  return /exceeds allowance|out of gas|OutOfGas/i.test(String((error as { details?: unknown }).details));
}

/** What is signed of a row. */
function bare({ toAddress, data, valueWei }: TransactionRow): { to: Hex; data: Hex; value: bigint } {
  return { to: toAddress as Hex, data: data as Hex, value: valueWei };
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
