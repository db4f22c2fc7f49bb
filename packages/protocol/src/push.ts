import { z } from "zod";

const webpush = "webpush://";

/** What a browser's subscription encrypts with (RFC 8291), as `PushSubscription.toJSON()` says it: base64url. */
export const pushKeysSchema = z.object({
  /** Its public key: an uncompressed point of P-256, 65 bytes. */
  p256dh: z.string().regex(/^B[\w-]{86}$/, "expected an uncompressed point of P-256 in base64url"),
  /** What it shares with whoever may send to it: 16 bytes. Told to nobody again. */
  auth: z.string().regex(/^[\w-]{22}$/, "expected 16 bytes in base64url"),
});
export type PushKeys = z.infer<typeof pushKeysSchema>;

/** Where a browser's push service takes notices for it, where it is one: over https, whatever an operator allows. */
export function pushEndpointOf(url: string): string | undefined {
  return url.startsWith(webpush) ? `https://${url.slice(webpush.length)}` : undefined;
}

/** A subscription's endpoint as an address for notices. */
export function pushUrlOf(endpoint: string): string {
  return new URL(endpoint).href.replace(/^https:\/\//, webpush);
}
