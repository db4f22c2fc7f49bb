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
  /** Tries of one notice, ever further apart: some two hours, and a day by e-mail or where nobody answers. */
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
  /** Tries of all that one address is told but by e-mail. */
  postsPerDay: 1_000,
  /** E-mails to one address. */
  mailsPerDay: 100,
  /** How long whoever wanted no e-mail from a wallet is asked by no other. */
  refusedMs: 365 * 24 * 60 * 60_000,
  /** How long a push service keeps a notice for a browser that is off, in seconds. */
  pushTtlS: 3 * 24 * 60 * 60,
  /** How long the log of deliveries is kept. */
  keptMs: 30 * 24 * 60 * 60_000,
};

const mailto = "mailto:";

/** The e-mail address that notices are sent to, where it is one: `mailto:` and the address, nothing else. */
export function mailAddressOf(url: string): string | undefined {
  return url.startsWith(mailto) ? url.slice(mailto.length) : undefined;
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
