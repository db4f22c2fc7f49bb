import { currentTrace } from "@trainchain/telemetry";
import { and, asc, eq, exists, like, lt, not, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { transactionChannel } from "../channels.ts";
import type { Executor } from "../connect.ts";
import { transactions } from "../schema/index.ts";
import { slotOfPurpose } from "../schema/slot-of-purpose.ts";

export type TransactionRow = typeof transactions.$inferSelect;
export type Attempt = TransactionRow["attempts"][number];

const afterRevert = "5 minutes";

/**
 * Writes down that a call is to be sent. Asked for again it stays one intent: one that is under way is left alone;
 * one that was refused is tried anew, because the chain may have moved on, and so is one that reverted, which was paid
 * for, after a while; one that was confirmed is looked up again, in case a reorganisation has dropped it.
 */
export async function requestTransaction(
  db: Executor,
  intent: { purpose: string; to: string; data: string },
): Promise<void> {
  await db.execute(sql`
    insert into transactions (purpose, to_address, data, value_wei, status, request_id)
    values (${intent.purpose}, ${intent.to}, ${intent.data}, 0, 'queued', ${currentTrace().requestId ?? null})
    on conflict (purpose) do update set
      status = case when transactions.status = 'confirmed' and transactions.mined_hash is not null
        then 'sent' else 'queued' end,
      nonce = case when transactions.status = 'confirmed' then transactions.nonce end,
      to_address = case when transactions.status = 'confirmed' then transactions.to_address else excluded.to_address end,
      data = case when transactions.status = 'confirmed' then transactions.data else excluded.data end,
      value_wei = case when transactions.status = 'confirmed' then transactions.value_wei else 0 end,
      attempts = case when transactions.status = 'confirmed' then transactions.attempts else '[]'::jsonb end,
      mined_hash = null,
      error = null,
      request_id = coalesce(excluded.request_id, transactions.request_id),
      updated_at = now()
    where transactions.status in ('refused', 'confirmed')
      or (transactions.status = 'reverted' and transactions.updated_at < now() - ${afterRevert}::interval)`);
  await db.execute(sql`select pg_notify(${transactionChannel}, '')`);
}

/** Intents that were sent and are not decided yet, in the order of their nonces. */
export async function listSentTransactions(db: Executor, limit = 100): Promise<TransactionRow[]> {
  return db
    .select()
    .from(transactions)
    .where(eq(transactions.status, "sent"))
    .orderBy(asc(transactions.nonce))
    .limit(limit);
}

/** How many acceptances are looked at in one turn of the sender: strangers may ask for them without end. */
const acceptancesAtOnce = 4;

/**
 * Intents to be sent now, the longest untouched first, so that those put off do not hide the others; after all others
 * a few acceptances, which hold up nothing that is owed. Of one slot's relayed submissions, and of its acceptances, one
 * at a time: the escrow takes one, and until it is mined each looks good to the node.
 */
export async function listQueuedTransactions(db: Executor, limit = 100): Promise<TransactionRow[]> {
  const other = alias(transactions, "other");
  const isEarlier = or(
    eq(other.status, "sent"),
    and(eq(other.status, "queued"), lt(other.id, transactions.id)),
  );
  const earlier = db
    .select()
    .from(other)
    .where(and(eq(slotOfPurpose(other.purpose), slotOfPurpose(transactions.purpose)), isEarlier));
  const isSubmission = like(transactions.purpose, "submitAdapterBySig/%");
  const isAcceptance = like(transactions.purpose, "acceptJobBySig/%");
  const waits = and(or(isSubmission, isAcceptance), exists(earlier)) as SQL;
  const list = (which: SQL, most: number) =>
    db
      .select()
      .from(transactions)
      .where(and(eq(transactions.status, "queued"), which, not(waits)))
      .orderBy(asc(transactions.updatedAt), asc(transactions.id))
      .limit(most);
  const owed = await list(not(isAcceptance), limit);
  return [...owed, ...(await list(isAcceptance, acceptancesAtOnce))];
}

/** The lowest nonce above every sent transaction's; undefined when none is under way. */
export async function findNextNonce(db: Executor): Promise<bigint | undefined> {
  const [row] = await db
    .select({ next: sql<string | null>`max(${transactions.nonce}) + 1` })
    .from(transactions)
    .where(eq(transactions.status, "sent"));
  return row?.next ? BigInt(row.next) : undefined;
}

/** Changes an intent only while it is in the state in which the caller saw it; false otherwise. */
export async function changeTransaction(
  db: Executor,
  seen: Pick<TransactionRow, "id" | "status">,
  change: Partial<typeof transactions.$inferInsert>,
): Promise<boolean> {
  const changed = await db
    .update(transactions)
    .set({ ...change, updatedAt: new Date() })
    .where(and(eq(transactions.id, seen.id), eq(transactions.status, seen.status)))
    .returning();
  return changed.length === 1;
}
