import { sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "./schema/index.ts";

/**
 * Whether a browser's push service has said of a subscription that it is over (RFC 8030, section 7.3): that is known by
 * the worker's log, which the worker alone writes, as the API alone writes the addresses.
 */
export const isEndedPush = sql`(${webhooks.url} like 'webpush:%' and exists (
  select from ${webhookDeliveries} where ${webhookDeliveries.webhookId} = ${webhooks.id}
    and ${webhookDeliveries.status} = 'failed' and ${webhookDeliveries.lastStatus} in (404, 410)))`;
