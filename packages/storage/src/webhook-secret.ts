import { createHash } from "node:crypto";
import { webhookContext } from "@trainchain/protocol";
import type { KeyRing } from "./key-ring.ts";

/** What the notices to one address are signed with, as Standard Webhooks write it: derived, so kept nowhere. */
export async function webhookSecretOf(keys: KeyRing, webhookId: string): Promise<string> {
  const identity = await keys.identityFor(webhookContext({ webhookId }));
  return `whsec_${createHash("sha256").update(identity).digest("base64")}`;
}
