import { enqueueTask } from "@trainchain/db";
import { findWebhookDelivery, hasAnswered } from "@trainchain/db/work";
import type { TaskPayloads } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import type { Run } from "../run-task.ts";

/**
 * Sends one notice where the address answered the last time. Another's takes ten seconds of a place, so it goes to a
 * queue of its own: whoever answers waits for none that does not.
 */
export function createDeliverWhereAnswered({ db }: Pick<WorkerDeps, "db">, deliver: Run<"deliver-notice">) {
  return async (payload: TaskPayloads["deliver-notice"], run: { attempt: number }): Promise<void> => {
    const found = await findWebhookDelivery(db, payload.deliveryId);
    if (found?.delivery.status !== "queued") return;
    if (await hasAnswered(db, found.webhook.id)) return deliver(payload, run);
    const key = `deliver-unanswered/${payload.deliveryId}`;
    await enqueueTask(db, "deliver-unanswered", payload, { key });
  };
}
