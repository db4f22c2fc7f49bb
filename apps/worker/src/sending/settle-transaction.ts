import { estimateFees, findRefusal, getLeastGasPriceWei, toChainError } from "@trainchain/chain";
import { type Attempt, changeTransaction, settleRelay, type TransactionRow } from "@trainchain/db/work";
import { TrainChainError } from "@trainchain/protocol";
import {
  type Hex,
  isAddressEqual,
  recoverTransactionAddress,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import { isSlotMove } from "./limits.ts";
import { broadcast, type SendDeps, storedError, tooDear } from "./send-transaction.ts";
import { signCancellation, signDearerAttempt } from "./sign-attempt.ts";

/** Finds out what became of a sent intent: mined and deep enough, still waiting, lost, or too cheap. */
export async function settleTransaction(deps: SendDeps, row: TransactionRow): Promise<void> {
  const { db, client, account, confirmations, bumpAfterMs, log } = deps;
  const receipt = await findReceipt(deps, row.attempts);
  if (receipt) {
    const head = await client.getBlockNumber({ cacheTime: 0 });
    if (head - receipt.blockNumber < BigInt(confirmations)) return;
    if (receipt.to && isAddressEqual(receipt.to, account.address))
      await queueAnew(deps, row, "was cancelled");
    else await finish(deps, row, receipt);
    return;
  }
  const last = row.attempts.at(-1);
  if (!last || row.nonce === null)
    throw new TrainChainError("internal", `${row.purpose} was sent without a trace`);
  if (!(await isOurs(deps, last))) {
    log.error(
      { purpose: row.purpose, hash: last.hash },
      "a stored transaction was not signed here; examining it anew",
    );
    await changeTransaction(db, row, { status: "queued", nonce: null, attempts: [] });
    return;
  }
  const ageMs = Date.now() - Date.parse(last.sentAt);
  const used = await client.getTransactionCount({ address: account.address });
  if (BigInt(used) > row.nonce) {
    // Another transaction of this key took the nonce, so none of ours can ever be mined; a receipt may lag, though.
    if (ageMs < bumpAfterMs) return;
    await queueAnew(deps, row, "lost its nonce elsewhere");
    return;
  }
  if (ageMs >= bumpAfterMs && (await raisePrice(deps, row, last))) return;
  if (!(await isKnown(deps, last.hash))) await broadcast(deps, last.raw);
}

/** None of what was signed for an intent can be mined any more: it takes a new nonce when it may. */
async function queueAnew({ db, log }: SendDeps, row: TransactionRow, why: string): Promise<void> {
  log.warn({ purpose: row.purpose, nonce: row.nonce }, `${why}; queued anew`);
  await changeTransaction(db, row, { status: "queued", nonce: null, attempts: [] });
}

/**
 * Offers more for a transaction that blocks went by without; while none comes, a higher price would bring nothing. One
 * that the market has left behind at its limit is named once and cancelled, so that what comes after it can go on;
 * where that would wait too, the nodes have it, and take it when prices fall. Returns whether a dearer form was sent.
 */
async function raisePrice(deps: SendDeps, row: TransactionRow, last: Attempt): Promise<boolean> {
  const { db, client, account, chainId, limits, log } = deps;
  const block = await client.getBlockNumber({ cacheTime: 0 });
  if (block <= BigInt(last.block ?? 0)) return false;
  const market = await estimateFees(client, chainId);
  const dearer = await signDearerAttempt(account, chainId, last, market, limits);
  if (dearer) return replace(deps, row, { ...dearer, block: block.toString() }, null);
  const offeredWei = BigInt(last.maxFeePerGasWei);
  const leastWei = await getLeastGasPriceWei(client, chainId);
  if (leastWei <= offeredWei) return false;
  const error = tooDear(row, offeredWei);
  const { purpose, nonce } = row;
  if (!row.error) {
    log.error({ purpose, nonce, hash: last.hash, code: error.code, reason: error.message }, "stuck");
    await changeTransaction(db, row, { error: storedError(error) });
  }
  const cancellation = await signCancellation(account, chainId, last, { ...market, leastWei }, limits);
  if (!cancellation) return false;
  return replace(deps, row, { ...cancellation, block: block.toString() }, storedError(error));
}

/** Writes down what takes the place of a transaction that waits, then broadcasts it. */
async function replace(
  deps: SendDeps,
  row: TransactionRow,
  attempt: Attempt,
  error: TransactionRow["error"],
): Promise<true> {
  const { db, log } = deps;
  const attempts = [...row.attempts, attempt];
  if (!(await changeTransaction(db, row, { attempts, error }))) return true;
  log.warn(
    { purpose: row.purpose, nonce: row.nonce, hash: attempt.hash },
    error ? "cancelling" : "raising the price",
  );
  await broadcast(deps, attempt.raw);
  return true;
}

/** Whether this key signed a stored attempt: only what was examined and signed once is signed again, dearer. */
async function isOurs({ account }: SendDeps, { raw }: Attempt): Promise<boolean> {
  const signer = await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` }).catch(
    () => undefined,
  );
  return signer === account.address;
}

/** The receipt of whichever attempt was mined. */
async function findReceipt(
  { client }: SendDeps,
  attempts: readonly Attempt[],
): Promise<TransactionReceipt | undefined> {
  for (const { hash } of attempts.toReversed()) {
    const receipt = await client.getTransactionReceipt({ hash: hash as Hex }).catch((error: unknown) => {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw toChainError(error);
    });
    if (receipt) return receipt;
  }
  return undefined;
}

async function isKnown({ client }: SendDeps, hash: string): Promise<boolean> {
  return client.getTransaction({ hash: hash as Hex }).then(
    () => true,
    () => false,
  );
}

async function finish(deps: SendDeps, row: TransactionRow, receipt: TransactionReceipt): Promise<void> {
  const succeeded = receipt.status === "success";
  const error = succeeded
    ? null
    : ((await findRefusal(deps.client, receipt)) ??
      new TrainChainError("chain-rejected", `${row.purpose} reverted when it was mined`));
  const { gasUsed } = receipt;
  await deps.db.transaction(async (tx) => {
    await changeTransaction(tx, row, {
      status: succeeded ? "confirmed" : "reverted",
      minedHash: receipt.transactionHash,
      gasUsed,
      error: error && storedError(error),
    });
    const [call = "", escrow = "", jobId = "", contributor = ""] = row.purpose.split("/");
    if (isSlotMove(call)) await settleRelay(tx, { call, escrow, jobId: BigInt(jobId), contributor, gasUsed });
  });
  deps.log[succeeded ? "info" : "error"](
    { purpose: row.purpose, hash: receipt.transactionHash, gasUsed: receipt.gasUsed, error: error?.message },
    succeeded ? "confirmed" : "reverted",
  );
}
