import { countDelivered, countTries, findWebhookDelivery, saveWebhookAttempt } from "@trainchain/db/work";
import {
  mailAddressOf,
  pushEndpointOf,
  type TaskPayloads,
  TrainChainError,
  webhookLimits,
} from "@trainchain/protocol";
import { mailTokenOf, vapidKeysOf, webhookSecretOf } from "@trainchain/storage";
import type { WorkerDeps } from "../deps.ts";
import { mailOf } from "../notices/mail-of.ts";
import type { Mailed } from "../notices/mailer.ts";
import { noticeRequest } from "../notices/notice-request.ts";
import { postNotice } from "../notices/post-notice.ts";
import { pushRequest } from "../notices/push-request.ts";

type Found = NonNullable<Awaited<ReturnType<typeof findWebhookDelivery>>>;

const dayMs = 24 * 60 * 60_000;

/** Sends one notice to one address, and writes down what came of it; what fails is tried again by the queue. */
export function createDeliverNotice({
  db,
  keys,
  allowPrivateWebhooks: allowPrivate,
  pushSubject: subject,
  mail,
}: Pick<WorkerDeps, "db" | "keys" | "allowPrivateWebhooks" | "pushSubject" | "mail">) {
  async function post({ delivery: { id, notice }, webhook: { id: webhookId, url } }: Found): Promise<Mailed> {
    const secret = await webhookSecretOf(keys, webhookId);
    const posted = await postNotice({ ...noticeRequest({ url, id, secret, notice }), allowPrivate });
    return { ...posted, isFinal: false };
  }

  async function push({ delivery: { id, notice }, webhook }: Found): Promise<Mailed> {
    const endpoint = pushEndpointOf(webhook.url);
    if (!endpoint || !webhook.pushKeys)
      return { ...refused, error: "the browser's keys are missing", isFinal: true };
    const vapid = { ...(await vapidKeysOf(keys)), subject };
    const request = await pushRequest({ endpoint, keys: webhook.pushKeys, id, notice, vapid });
    const posted = await postNotice({ ...request, allowPrivate });
    // The subscription is over, which ends the address (isEndedPush).
    return { ...posted, isFinal: posted.status === 404 || posted.status === 410 };
  }

  /**
   * That an address was not tried as often as it may be within a day: then its notices wait.
   * @throws TrainChainError `not-ready`
   */
  async function assertWithinBound(webhookId: string): Promise<void> {
    const tries = await countTries(db, webhookId, new Date(Date.now() - dayMs));
    if (tries >= webhookLimits.postsPerDay)
      throw new TrainChainError("not-ready", `${webhookLimits.postsPerDay} tries went there within a day`);
  }

  async function sendMail({ delivery: { id, notice }, webhook }: Found): Promise<Mailed> {
    if (!mail) return { ...refused, error: "no e-mail is sent here" };
    const now = Date.now();
    if (!webhook.confirmedAt && now > webhook.createdAt.getTime() + webhookLimits.confirmMs)
      return { ...refused, error: "nobody has confirmed the address", isFinal: true };
    if ((await countDelivered(db, webhook.id, new Date(now - dayMs))) >= webhookLimits.mailsPerDay)
      return { ...refused, error: `${webhookLimits.mailsPerDay} went there within a day`, isFinal: true };
    const { mailer, apiUrl, siteUrl } = mail;
    const token = await mailTokenOf(keys, webhook.id);
    return mailer.send(mailOf({ id, webhook, notice, token, apiUrl, siteUrl }));
  }

  return async ({ deliveryId: id }: TaskPayloads["deliver-notice"]): Promise<void> => {
    const found = await findWebhookDelivery(db, id);
    if (found?.delivery.status !== "queued") return;
    const { url } = found.webhook;
    const isMail = mailAddressOf(url) !== undefined;
    const send = isMail ? sendMail : pushEndpointOf(url) !== undefined ? push : post;
    if (!isMail) await assertWithinBound(found.webhook.id);
    const { status, error, isFinal } = await send(found);
    const isTaken = status !== null && status >= 200 && status < 300;
    const isGreeting = found.delivery.notice.type === "webhook.created";
    const attempts = isGreeting ? webhookLimits.greetingAttempts : webhookLimits.attempts;
    const isLast = isFinal || found.delivery.attempts + 1 >= attempts;
    await saveWebhookAttempt(db, id, {
      status: isTaken ? "delivered" : isLast ? "failed" : "queued",
      lastStatus: status,
      lastError: error,
      endedAt: isTaken || isLast ? new Date() : null,
    });
    if (!isTaken && !isLast)
      throw new TrainChainError("timeout", `the notice ${id} was not taken: ${error ?? `status ${status}`}`, {
        fix: "It is tried again by itself.",
      });
  };
}

const refused: Mailed = { status: null, error: null, isFinal: false };
