import { estimateFees, toChainError } from "@trainchain/chain";
import { type Attempt, changeTransaction, type TransactionRow } from "@trainchain/db/work";
import { TrainChainError } from "@trainchain/protocol";
import {
  formatGwei,
  type Hex,
  recoverTransactionAddress,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import { broadcast, type SendDeps, storedError } from "./send-transaction.ts";
import { signDearerAttempt } from "./sign-attempt.ts";

/** Finds out what became of a sent intent: mined and deep enough, still waiting, lost, or too cheap. */
export async function settleTransaction(deps: SendDeps, row: TransactionRow): Promise<void> {
  const { db, client, account, confirmations, bumpAfterMs, log } = deps;
  const receipt = await findReceipt(deps, row.attempts);
  if (receipt) {
    const head = await client.getBlockNumber({ cacheTime: 0 });
    if (head - receipt.blockNumber >= BigInt(confirmations)) await finish(deps, row, receipt);
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
    log.warn(
      { purpose: row.purpose, nonce: row.nonce },
      "the nonce was used elsewhere; sending under a new one",
    );
    await changeTransaction(db, row, { status: "queued", nonce: null, attempts: [] });
    return;
  }
  if (ageMs >= bumpAfterMs && (await raisePrice(deps, row, last))) return;
  if (!(await isKnown(deps, last.hash))) await broadcast(deps, last.raw);
}

/**
 * Offers more for a transaction that blocks went by without; while none comes, a higher price would bring nothing. At
 * the limit it says so once, and goes on waiting: the nodes have it, and take it when prices fall. Returns whether a dearer form was sent.
 */
async function raisePrice(deps: SendDeps, row: TransactionRow, last: Attempt): Promise<boolean> {
  const { db, client, account, chainId, limits, log } = deps;
  const block = await client.getBlockNumber({ cacheTime: 0 });
  if (block <= BigInt(last.block ?? 0)) return false;
  const market = await estimateFees(client, chainId);
  const dearer = await signDearerAttempt(account, chainId, last, market, limits);
  const { purpose, nonce } = row;
  if (!dearer) {
    if (row.error) return false;
    const error = atTheLimit(row, last);
    log.error({ purpose, nonce, hash: last.hash, code: error.code, reason: error.message }, "stuck");
    await changeTransaction(db, row, { error: storedError(error) });
    return false;
  }
  const attempts = [...row.attempts, { ...dearer, block: block.toString() }];
  if (!(await changeTransaction(db, row, { attempts, error: null }))) return true;
  log.warn({ purpose, nonce, hash: dearer.hash }, "raising the price");
  await broadcast(deps, dearer.raw);
  return true;
}

function atTheLimit({ purpose }: TransactionRow, { maxFeePerGasWei }: Attempt): TrainChainError {
  const offered = `${formatGwei(BigInt(maxFeePerGasWei))} gwei`;
  return new TrainChainError(
    "not-ready",
    `${purpose} is not mined at ${offered} a unit of gas, the most it may offer`,
    {
      fix: "It goes on by itself when prices fall; MAX_FEE_PER_GAS_WEI and MAX_FEE_WEI say what may be offered.",
    },
  );
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
  const error = succeeded ? null : await reasonOfRevert(deps, row, receipt);
  await changeTransaction(deps.db, row, {
    status: succeeded ? "confirmed" : "reverted",
    minedHash: receipt.transactionHash,
    gasUsed: receipt.gasUsed,
    error: error && storedError(error),
  });
  deps.log.info(
    { purpose: row.purpose, hash: receipt.transactionHash, gasUsed: receipt.gasUsed, error: error?.message },
    succeeded ? "confirmed" : "reverted",
  );
}

/** A receipt does not say why: the call is repeated on the state it met. */
async function reasonOfRevert(
  { client, account }: SendDeps,
  row: TransactionRow,
  { blockNumber }: TransactionReceipt,
): Promise<TrainChainError> {
  const call = {
    account: account.address,
    to: row.toAddress as Hex,
    data: row.data as Hex,
    value: row.valueWei,
  };
  return client.call({ ...call, blockNumber: blockNumber - 1n }).then(
    () => new TrainChainError("chain-rejected", `${row.purpose} reverted when it was mined`),
    (cause: unknown) => toChainError(cause),
  );
}
