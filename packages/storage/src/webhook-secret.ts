import { createHash } from "node:crypto";
import { webhookContext } from "@trainchain/protocol";
import type { KeyRing } from "./key-ring.ts";

/**
 * What the links in e-mails to one address carry: whoever has it reads that address, and may say whether anything is
 * sent there. Told to nobody else, so not to the wallet that entered it.
 */
export async function mailTokenOf(keys: KeyRing, webhookId: string): Promise<string> {
  const identity = await keys.identityFor(webhookContext({ webhookId }));
  return createHash("sha256").update(`mail/${identity}`).digest("base64url");
}

/** What the notices to one address are signed with, as Standard Webhooks write it: derived, so kept nowhere. */
export async function webhookSecretOf(keys: KeyRing, webhookId: string): Promise<string> {
  const identity = await keys.identityFor(webhookContext({ webhookId }));
  return `whsec_${createHash("sha256").update(identity).digest("base64")}`;
}
