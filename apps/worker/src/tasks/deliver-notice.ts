import { findWebhookDelivery, saveWebhookAttempt } from "@trainchain/db/work";
import { type TaskPayloads, TrainChainError, webhookLimits } from "@trainchain/protocol";
import { webhookSecretOf } from "@trainchain/storage";
import type { WorkerDeps } from "../deps.ts";
import { noticeRequest } from "../notices/notice-request.ts";
import { postNotice } from "../notices/post-notice.ts";

/** Sends one notice to one address, and writes down what came of it; what fails is tried again by the queue. */
export function createDeliverNotice({ db, keys, allowPrivateWebhooks: allowPrivate }: WorkerDeps) {
  return async ({ deliveryId: id }: TaskPayloads["deliver-notice"]): Promise<void> => {
    const found = await findWebhookDelivery(db, id);
    if (found?.delivery.status !== "queued") return;
    const { delivery, webhook } = found;
    const secret = await webhookSecretOf(keys, webhook.id);
    const { notice } = delivery;
    const request = noticeRequest({ url: webhook.url, id, secret, notice });
    const { status, error } = await postNotice({ ...request, allowPrivate });
    const isTaken = status !== null && status >= 200 && status < 300;
    const isLast = delivery.attempts + 1 >= webhookLimits.attempts;
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
