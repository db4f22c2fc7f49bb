import { z } from "zod";
import { momentTextSchema } from "./views/amounts.ts";

/** What a wallet is told of: as a requester, as a contributor, and that an address was entered. */
export const noticeTypes = [
  "webhook.created",
  "draft.ready",
  "draft.failed",
  "slot.taken",
  "slot.released",
  "delivery.submitted",
  "delivery.refused",
  "job.closed",
  "reward.paid",
] as const;
export type NoticeType = (typeof noticeTypes)[number];

export const webhookLimits = {
  perWallet: 5,
  /** Tries of one notice, ever further apart: some two hours, and a day where it goes by e-mail. */
  attempts: 30,
  /**
   * Tries of the first notice, which by e-mail asks whether the address is right: it need not be the wallet's own, and
   * each try may arrive that was not seen to be taken.
   */
  greetingAttempts: 3,
  /** Within which it must be answered. */
  answerMs: 10_000,
  /** How long a link that confirms an e-mail address is good. */
  confirmMs: 2 * 24 * 60 * 60_000,
  /** E-mails to one address. */
  mailsPerDay: 100,
  /** How long whoever wanted no e-mail from a wallet is asked by no other. */
  refusedMs: 365 * 24 * 60 * 60_000,
  /** How long a push service keeps a notice for a browser that is off, in seconds. */
  pushTtlS: 3 * 24 * 60 * 60,
  /** How long the log of deliveries is kept. */
  keptMs: 30 * 24 * 60 * 60_000,
};

/** What a browser's subscription encrypts with (RFC 8291), as `PushSubscription.toJSON()` says it: base64url. */
export const pushKeysSchema = z.object({
  /** Its public key: an uncompressed point of P-256, 65 bytes. */
  p256dh: z.string().regex(/^B[\w-]{86}$/, "expected an uncompressed point of P-256 in base64url"),
  /** What it shares with whoever may send to it: 16 bytes. Told to nobody again. */
  auth: z.string().regex(/^[\w-]{22}$/, "expected 16 bytes in base64url"),
});
export type PushKeys = z.infer<typeof pushKeysSchema>;

/** Body of POST /me/webhooks: `keys` go with a browser's subscription, and with nothing else. */
export const createWebhookSchema = z
  .object({
    url: z
      .string()
      // Push services write some 700.
      .max(1_000)
      .refine((url) => url.length <= 500 || url.startsWith(webpush), "expected at most 500 characters")
      .refine(
        isWebhookUrl,
        "expected an address that begins with https:// and has no name or password in it, ntfy:// with a topic, mailto: with an e-mail address, or webpush:// in place of the https:// of a browser's subscription",
      ),
    keys: pushKeysSchema.optional(),
  })
  .refine(({ url, keys }) => url.startsWith(webpush) === (keys !== undefined), {
    path: ["keys"],
    error: "expected with an address that begins with webpush://, and with no other",
  });

const mailto = "mailto:";
const webpush = "webpush://";

/** Where a browser's push service takes notices for it, where it is one: over https, whatever an operator allows. */
export function pushEndpointOf(url: string): string | undefined {
  return url.startsWith(webpush) ? `https://${url.slice(webpush.length)}` : undefined;
}

/** A subscription's endpoint as an address for notices. */
export function pushUrlOf(endpoint: string): string {
  return new URL(endpoint).href.replace(/^https:\/\//, webpush);
}

/** The e-mail address that notices are sent to, where it is one: `mailto:` and the address, nothing else. */
export function mailAddressOf(url: string): string | undefined {
  return url.startsWith(mailto) ? url.slice(mailto.length) : undefined;
}

/**
 * Whether something could be sent there: by a server over https (http is for operators who allow their own network), to
 * a topic of an ntfy server, as its apps write it, by e-mail, or to a browser by its push service.
 */
function isWebhookUrl(text: string): boolean {
  const address = mailAddressOf(text);
  if (address !== undefined) return address.length <= 254 && z.email().safeParse(address).success;
  const endpoint = pushEndpointOf(text);
  const url = URL.parse(endpoint ?? text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (url.protocol === "ntfy:")
    return url.host !== "" && /^\/[-\w]{1,64}$/.test(url.pathname + url.search + url.hash);
  // Written as browsers write it, so that everybody reads the same host in it.
  if (endpoint !== undefined) return url.href === endpoint;
  return /^https?:$/.test(url.protocol);
}

export const webhookViewSchema = z.object({
  id: z.string(),
  url: z.string(),
  createdAt: momentTextSchema,
  /** Null while an e-mail address waits for whoever reads it to confirm: nothing else is sent to it before. */
  confirmedAt: momentTextSchema.nullable(),
});

/** The secret is shown this once; it signs every notice as Standard Webhooks say. Null for e-mail and browsers, which have none. */
export const createdWebhookViewSchema = webhookViewSchema.extend({ secret: z.string().nullable() });

/** What a browser subscribes with (`applicationServerKey`, RFC 8292): an uncompressed point of P-256 in base64url. */
export const pushKeyViewSchema = z.object({ publicKey: z.string() });

export const webhooksViewSchema = z.object({ items: z.array(webhookViewSchema) });

/** What is sent: a JSON document, signed. */
export const noticeSchema = z.object({
  type: z.enum(noticeTypes),
  /** When it happened. */
  timestamp: momentTextSchema,
  data: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

const noticeStatuses = ["queued", "delivered", "failed"] as const;

/** One notice to one address, and what came of it. */
export const webhookDeliveryViewSchema = z.object({
  /** The header webhook-id: the same however often it is tried. */
  id: z.string(),
  status: z.enum(noticeStatuses),
  notice: noticeSchema,
  attempts: z.number().int(),
  /** Of the last try: the status that was answered, or why there was none. */
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  createdAt: momentTextSchema,
  endedAt: momentTextSchema.nullable(),
});

export const webhookDeliveriesViewSchema = z.object({ items: z.array(webhookDeliveryViewSchema) });

export type NoticeStatus = (typeof noticeStatuses)[number];
export type Notice = z.infer<typeof noticeSchema>;
export type WebhookView = z.infer<typeof webhookViewSchema>;
export type WebhookDeliveryView = z.infer<typeof webhookDeliveryViewSchema>;
