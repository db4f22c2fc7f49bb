import { type Connection, holdLeadership, pause, transactionChannel } from "@trainchain/db";
import { listQueuedTransactions, listSentTransactions, type TransactionRow } from "@trainchain/db/work";
import { toTrainChainError } from "@trainchain/protocol";
import { type Trace, withTrace } from "@trainchain/telemetry";
import { type SendDeps, sendTransaction } from "./send-transaction.ts";
import { settleTransaction } from "./settle-transaction.ts";

export interface SenderDeps extends SendDeps {
  connection: Connection;
  pollIntervalMs: number;
}

/**
 * The one place that uses the aggregator's key. Many processes may run it; PostgreSQL lets one of them send, and
 * another takes over when that one dies. Intents come in by `requestTransaction` and are sent exactly once each.
 */
export function createSender(deps: SenderDeps) {
  const { connection, account, chainId, pollIntervalMs, log } = deps;

  /** Looks after every undecided intent once; one that fails does not hold up the others. */
  async function step(): Promise<void> {
    for (const row of await listSentTransactions(connection.db)) await attend(settleTransaction, row);
    for (const row of await listQueuedTransactions(connection.db)) await attend(sendTransaction, row);
  }

  async function attend(move: typeof sendTransaction, row: TransactionRow): Promise<void> {
    await withTrace(traceOf(row), () => move(deps, row)).catch((error: unknown) => {
      const { code, message } = toTrainChainError(error);
      log.warn({ purpose: row.purpose, code, message }, "could not send now; trying again");
    });
  }

  /** Sends, or waits for its turn, until the signal aborts; `onBeat` is called at every turn of either. */
  async function run(signal: AbortSignal, onBeat: () => void = () => undefined): Promise<void> {
    let woken = new AbortController();
    const wake = () => woken.abort();
    const listening = connection.listen(transactionChannel, { onNotification: wake, onListening: wake });
    while (!signal.aborted) {
      try {
        await holdLeadership(
          connection,
          { role: `sender/${chainId}/${account.address.toLowerCase()}`, signal, onBeat },
          async (assertLeading) => {
            while (!signal.aborted) {
              await assertLeading();
              onBeat();
              woken = new AbortController();
              await step();
              await pause(pollIntervalMs, AbortSignal.any([signal, woken.signal]));
            }
          },
        );
      } catch (error) {
        log.warn({ err: error }, "the sender lost its database; trying again");
        await pause(1_000, signal);
      }
    }
    await listening.stop();
  }

  return { step, run };
}

/** A purpose is `verb/escrow/job/…`. */
function traceOf({ purpose, requestId }: TransactionRow): Trace {
  return { jobId: purpose.split("/")[2], requestId: requestId ?? undefined };
}
