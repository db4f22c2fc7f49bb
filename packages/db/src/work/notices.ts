import type { Notice } from "@trainchain/protocol";
import { and, desc, eq, gt, inArray, lt, not, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { isEndedPush } from "../ended-push.ts";
import { drafts, preparations, webhookDeliveries, webhooks } from "../schema/index.ts";

/** The addresses of wallets, also those that are not confirmed, but no browser that takes no more. */
export async function listWebhooksOf(db: Executor, wallets: readonly string[]) {
  if (wallets.length === 0) return [];
  return db
    .select()
    .from(webhooks)
    .where(and(inArray(webhooks.wallet, [...wallets]), not(isEndedPush)));
}

export async function findWebhook(db: Executor, id: string) {
  const [found] = await db.select().from(webhooks).where(eq(webhooks.id, id));
  return found;
}

/** A draft with how its preparation ended. */
export async function findDraftForNotice(db: Executor, draftId: string) {
  const [found] = await db
    .select({ draft: drafts, preparation: preparations })
    .from(drafts)
    .innerJoin(preparations, eq(preparations.draftId, drafts.id))
    .where(eq(drafts.id, draftId));
  return found;
}

/** Keeps notices that are to be sent; one that is kept already is not kept again. Returns the ids of the new ones. */
export async function addWebhookDeliveries(
  tx: Executor,
  deliveries: readonly { id: string; webhookId: string; notice: Notice; createdAt: Date }[],
): Promise<string[]> {
  if (deliveries.length === 0) return [];
  const added = await tx
    .insert(webhookDeliveries)
    .values([...deliveries])
    .onConflictDoNothing()
    .returning({ id: webhookDeliveries.id });
  return added.map(({ id }) => id);
}

/** A notice with the address that it is for; undefined once that is gone. */
export async function findWebhookDelivery(db: Executor, id: string) {
  const [found] = await db
    .select({ delivery: webhookDeliveries, webhook: webhooks })
    .from(webhookDeliveries)
    .innerJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhookId))
    .where(eq(webhookDeliveries.id, id));
  return found;
}

/** Writes down what came of a try. */
export async function saveWebhookAttempt(
  db: Executor,
  id: string,
  attempt: Pick<typeof webhookDeliveries.$inferSelect, "status" | "lastStatus" | "lastError" | "endedAt">,
): Promise<void> {
  await db
    .update(webhookDeliveries)
    .set({ ...attempt, attempts: sql`${webhookDeliveries.attempts} + 1` })
    .where(eq(webhookDeliveries.id, id));
}

/** How many notices an address has taken since a moment. */
export async function countDelivered(db: Executor, webhookId: string, since: Date): Promise<number> {
  const { webhookId: of, status, endedAt } = webhookDeliveries;
  return db.$count(webhookDeliveries, and(eq(of, webhookId), eq(status, "delivered"), gt(endedAt, since)));
}

/** How often the notices were tried that were made for an address since a moment. */
export async function countTries(db: Executor, webhookId: string, since: Date): Promise<number> {
  const { webhookId: of, attempts, createdAt } = webhookDeliveries;
  const [sum] = await db
    .select({ tries: sql<number>`coalesce(sum(${attempts}), 0)::int` })
    .from(webhookDeliveries)
    .where(and(eq(of, webhookId), gt(createdAt, since)));
  return sum?.tries ?? 0;
}

/** Whether an address answered, with whatever status, to the newest of its notices that was tried. */
export async function hasAnswered(db: Executor, webhookId: string): Promise<boolean> {
  const { id, webhookId: of, attempts, createdAt, lastStatus } = webhookDeliveries;
  const [last] = await db
    .select({ lastStatus })
    .from(webhookDeliveries)
    .where(and(eq(of, webhookId), gt(attempts, 0)))
    .orderBy(desc(createdAt), desc(id))
    .limit(1);
  return last !== undefined && last.lastStatus !== null;
}

/** Forgets notices of before a moment. */
export async function deleteWebhookDeliveries(db: Executor, before: Date): Promise<void> {
  await db.delete(webhookDeliveries).where(lt(webhookDeliveries.createdAt, before));
}
