import { createHmac } from "node:crypto";
import type { Notice } from "@trainchain/protocol";
import { describeNotice } from "./describe-notice.ts";

/** A notice as it goes out. */
export interface NoticeRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/**
 * A notice as its receiver takes it: a line of text for a topic of an ntfy server (https://docs.ntfy.sh/publish), else
 * JSON, signed as Standard Webhooks say (https://www.standardwebhooks.com).
 */
export function noticeRequest({
  url,
  id,
  secret,
  notice,
}: {
  url: string;
  /** webhook-id: whoever gets a notice twice knows it by this. */
  id: string;
  /** `whsec_` and base64, as its owner was told. */
  secret: string;
  notice: Notice;
}): NoticeRequest & { body: string } {
  if (url.startsWith("ntfy:")) {
    const { title, text } = describeNotice(notice);
    const headers = { "content-type": "text/plain; charset=utf-8", title };
    return { url: `https:${url.slice("ntfy:".length)}`, headers, body: text };
  }
  const body = JSON.stringify(notice);
  const timestamp = Math.floor(Date.now() / 1_000).toString();
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
  };
  return { url, headers, body };
}

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return createHmac("sha256", key).update(text).digest("base64");
}
