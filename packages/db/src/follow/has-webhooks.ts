import type { Executor } from "../connect.ts";
import { webhooks } from "../schema/index.ts";

/** Whether anybody has any: else no notice is looked for. */
export async function hasWebhooks(db: Executor): Promise<boolean> {
  return (await db.select({ id: webhooks.id }).from(webhooks).limit(1)).length > 0;
}
