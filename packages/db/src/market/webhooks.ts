import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Executor, Transaction } from "../connect.ts";
import { webhookDeliveries, webhooks } from "../schema/index.ts";

export type WebhookRow = typeof webhooks.$inferSelect;
export type WebhookDeliveryRow = typeof webhookDeliveries.$inferSelect;

/** Keeps an address of a wallet's; false where it has `most` already. */
export async function createWebhook(tx: Transaction, webhook: WebhookRow, most: number): Promise<boolean> {
  // Two at once come here one after the other.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`trainchain/webhooks/${webhook.wallet}`}, 0))`,
  );
  if ((await tx.$count(webhooks, eq(webhooks.wallet, webhook.wallet))) >= most) return false;
  await tx.insert(webhooks).values(webhook);
  return true;
}

/** The oldest first. */
export async function listWebhooks(db: Executor, wallet: string): Promise<WebhookRow[]> {
  return db.select().from(webhooks).where(eq(webhooks.wallet, wallet)).orderBy(asc(webhooks.createdAt));
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
