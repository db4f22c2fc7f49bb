import { createHash } from "node:crypto";
import { enqueueTasks } from "@trainchain/db";
import { listAllJobEvents } from "@trainchain/db/market";
import {
  addWebhookDeliveries,
  findDraftForNotice,
  findJobForWork,
  findWebhook,
  listWebhooksOf,
} from "@trainchain/db/work";
import { mailAddressOf, type TaskPayloads } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { noticesOfDraft } from "../notices/notices-of-draft.ts";
import { noticesOfJob, type WalletNotice } from "../notices/notices-of-job.ts";

/**
 * Finds what the wallets of a job or a draft are to be told, and has it sent to the addresses that they have entered. It
 * may run any number of times: a notice has one id for each address, by what it tells of.
 */
export function createSendNotices({ db, escrow }: WorkerDeps) {
  async function find(payload: TaskPayloads["send-notices"]): Promise<WalletNotice[]> {
    if ("webhookId" in payload) {
      const webhook = await findWebhook(db, payload.webhookId);
      return webhook ? [greetingOf(webhook)] : [];
    }
    if ("draftId" in payload) {
      const found = await findDraftForNotice(db, payload.draftId);
      return found ? noticesOfDraft(found) : [];
    }
    if (payload.escrow !== escrow) return [];
    const key = { escrow, jobId: BigInt(payload.jobId) };
    const found = await findJobForWork(db, key);
    return found ? noticesOfJob(found.job, await listAllJobEvents(db, key)) : [];
  }

  return async (payload: TaskPayloads["send-notices"]): Promise<void> => {
    const notices = await find(payload);
    const webhooks = await listWebhooksOf(db, [...new Set(notices.map(({ wallet }) => wallet))]);
    const createdAt = new Date();
    const deliveries = webhooks.flatMap((webhook) =>
      notices
        .filter((notice) => notice.wallet === webhook.wallet && isFor(webhook, notice))
        .map(({ key, notice }) => ({ id: idOf(webhook.id, key), webhookId: webhook.id, notice, createdAt })),
    );
    const toMail = new Set(
      webhooks.filter(({ url }) => mailAddressOf(url) !== undefined).map(({ id }) => id),
    );
    await db.transaction(async (tx) => {
      const added = new Set(await addWebhookDeliveries(tx, deliveries));
      await enqueueTasks(
        tx,
        deliveries
          .filter(({ id }) => added.has(id))
          .map(({ id: deliveryId, webhookId }) => {
            const name = toMail.has(webhookId) ? "deliver-mail" : "deliver-notice";
            return { name, payload: { deliveryId }, key: `${name}/${deliveryId}` };
          }),
      );
    });
  };
}

type Webhook = NonNullable<Awaited<ReturnType<typeof findWebhook>>>;

/**
 * What was before an address was good is not sent to it; a block's time may lie a little behind. A greeting is for the
 * new address alone, and an e-mail address that nobody has confirmed gets nothing else.
 */
function isFor({ id, url, createdAt, confirmedAt }: Webhook, { at, key, notice }: WalletNotice): boolean {
  if (notice.type === "webhook.created") return key === greetingKeyOf(id);
  if (confirmedAt === null && mailAddressOf(url) !== undefined) return false;
  return at.getTime() > (confirmedAt ?? createdAt).getTime() - 60_000;
}

const greetingKeyOf = (webhookId: string) => `webhook.created/${webhookId}`;

function greetingOf({ id, wallet, createdAt: at }: Webhook): WalletNotice {
  const notice = { type: "webhook.created" as const, timestamp: at.toISOString(), data: { webhookId: id } };
  return { wallet, at, key: greetingKeyOf(id), notice };
}

function idOf(webhookId: string, key: string): string {
  return `msg_${createHash("sha256").update(`${webhookId}/${key}`).digest("hex").slice(0, 32)}`;
}
