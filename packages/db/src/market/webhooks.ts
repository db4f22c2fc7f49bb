import { webhookLimits } from "@trainchain/protocol";
import { and, asc, desc, eq, gt, isNull, like, lt, not, or, sql } from "drizzle-orm";
import type { Executor, Transaction } from "../connect.ts";
import { isEndedPush } from "../ended-push.ts";
import { askedMail, refusedMail, webhookDeliveries, webhooks } from "../schema/index.ts";

export type WebhookRow = typeof webhooks.$inferSelect;
export type WebhookDeliveryRow = typeof webhookDeliveries.$inferSelect;

/** The release before says of no address that it is confirmed; only of e-mail that means something. */
const isUnconfirmed = and(isNull(webhooks.confirmedAt), like(webhooks.url, "mailto:%"));

/**
 * Keeps an address of a wallet's, and of e-mail the digest of its mailbox; false where it has `most` already, without
 * those that nobody confirmed in time and browsers that take no more. A browser that is there already is there anew.
 */
export async function createWebhook(
  tx: Transaction,
  webhook: typeof webhooks.$inferInsert,
  { most, waitingSince, mailbox }: { most: number; waitingSince: Date; mailbox?: string | undefined },
): Promise<boolean> {
  // Two at once come here one after the other.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`trainchain/webhooks/${webhook.wallet}`}, 0))`,
  );
  const isLate = and(isUnconfirmed, lt(webhooks.createdAt, waitingSince));
  const isAgain = webhook.pushKeys ? eq(webhooks.url, webhook.url) : undefined;
  await tx.delete(webhooks).where(and(eq(webhooks.wallet, webhook.wallet), or(isLate, isEndedPush, isAgain)));
  if ((await tx.$count(webhooks, eq(webhooks.wallet, webhook.wallet))) >= most) return false;
  await tx.insert(webhooks).values(webhook);
  if (mailbox === undefined) return true;
  await tx.delete(askedMail).where(lt(askedMail.askedAt, new Date(Date.now() - webhookLimits.refusedMs)));
  await tx.insert(askedMail).values({ id: webhook.id, digest: mailbox, askedAt: webhook.createdAt });
  return true;
}

/** An e-mail address is to be sent to from now on; false where it is gone, or waits since before `waitingSince`. */
export async function confirmWebhook(
  db: Executor,
  { id, waitingSince }: { id: string; waitingSince: Date },
): Promise<boolean> {
  const isInTime = sql`(${webhooks.confirmedAt} is not null or ${webhooks.createdAt} >= ${waitingSince})`;
  const confirmed = await db
    .update(webhooks)
    .set({ confirmedAt: sql`coalesce(${webhooks.confirmedAt}, now())` })
    .where(and(eq(webhooks.id, id), isInTime))
    .returning({ id: webhooks.id });
  if (confirmed.length === 0) return false;
  await db.delete(askedMail).where(eq(askedMail.id, id));
  return true;
}

/**
 * Forgets an e-mail address for good. Of one that was never confirmed it is kept that no wallet is to ask it, also where
 * whoever entered it has taken it back meanwhile.
 */
export async function refuseWebhook(
  tx: Transaction,
  id: string,
  digestOf: (url: string) => string,
): Promise<void> {
  const [gone] = await tx.delete(webhooks).where(eq(webhooks.id, id)).returning();
  const [asked] = await tx.delete(askedMail).where(eq(askedMail.id, id)).returning();
  if (gone?.confirmedAt) return;
  const digest = asked?.digest ?? (gone && digestOf(gone.url));
  if (digest === undefined) return;
  const refusal = { digest, refusedAt: new Date() };
  await tx
    .insert(refusedMail)
    .values(refusal)
    .onConflictDoUpdate({ target: refusedMail.digest, set: { refusedAt: refusal.refusedAt } });
}

/** Whether whoever reads an e-mail address wanted nothing from here; what was before `since` is forgotten. */
export async function isMailRefused(db: Executor, digest: string, since: Date): Promise<boolean> {
  return (
    (await db.$count(refusedMail, and(eq(refusedMail.digest, digest), gt(refusedMail.refusedAt, since)))) > 0
  );
}

/** The oldest first, without browsers that take no more. */
export async function listWebhooks(db: Executor, wallet: string): Promise<WebhookRow[]> {
  return db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.wallet, wallet), not(isEndedPush)))
    .orderBy(asc(webhooks.createdAt));
}

/** Forgets browsers that take no more: for good, before the log does that says so. */
export async function deleteEndedPushes(db: Executor): Promise<void> {
  await db.delete(webhooks).where(isEndedPush);
}

/** False where the wallet has no such address. */
export async function deleteWebhook(
  db: Executor,
  { id, wallet }: { id: string; wallet: string },
): Promise<boolean> {
  const deleted = await db
    .delete(webhooks)
    .where(and(eq(webhooks.id, id), eq(webhooks.wallet, wallet)))
    .returning({ id: webhooks.id });
  return deleted.length > 0;
}

/** What was sent to an address, the newest first; undefined where the wallet has no such address. */
export async function listWebhookDeliveries(
  db: Executor,
  { id, wallet, limit }: { id: string; wallet: string; limit: number },
): Promise<WebhookDeliveryRow[] | undefined> {
  const own = await db.$count(webhooks, and(eq(webhooks.id, id), eq(webhooks.wallet, wallet)));
  if (own === 0) return undefined;
  return db
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, id))
    .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id))
    .limit(limit);
}
