import { type Notice, type PushKeys, webhookLimits } from "@trainchain/protocol";
import type { VapidKeys } from "@trainchain/storage";
import { describeNotice } from "./describe-notice.ts";
import type { NoticeRequest } from "./notice-request.ts";
import { pathOf } from "./path-of.ts";

/** What the platform shows a push service (RFC 8292). */
export interface Vapid extends VapidKeys {
  /** Whom the service may write to: `mailto:` or `https:`. */
  subject: string;
}

/** What the site's push-worker.js is handed, once the browser has decrypted it. */
interface PushMessage {
  /** The same at each try, so that a browser shows one notification of those. */
  id: string;
  title: string;
  text: string;
  /** Of the site, which the browser knows by itself. */
  path: string;
}

/** Push services take 4,096 bytes, of which encryption needs some hundred (RFC 8291). */
const mostCharacters = 800;

/** A notice as a browser's push service takes it: encrypted for that browser alone, and signed with the platform's key. */
export async function pushRequest({
  endpoint,
  keys,
  id,
  notice,
  vapid: { subject, publicKey, privateKey },
}: {
  endpoint: string;
  keys: PushKeys;
  id: string;
  notice: Notice;
  vapid: Vapid;
}): Promise<NoticeRequest> {
  // With all that it brings along only once somebody has a browser told.
  const { default: webPush } = await import("web-push");
  // As it is connected to: the library reads addresses by the older of Node's two parsers.
  const { href } = new URL(endpoint);
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint: href, keys },
    JSON.stringify(messageOf(id, notice)),
    {
      vapidDetails: { subject, publicKey, privateKey },
      TTL: webhookLimits.pushTtlS,
      // 32 characters at most: of two tries that wait for a browser the service keeps one.
      topic: id.replace(/^msg_/, "").slice(0, 32),
      contentEncoding: "aes128gcm",
    },
  );
  const lines = Object.entries(headers as Record<string, string | number>);
  return {
    url: href,
    headers: Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: body as Uint8Array,
  };
}

function messageOf(id: string, notice: Notice): PushMessage {
  const { title, text } = describeNotice(notice);
  return { id, title, text: text.slice(0, mostCharacters), path: pathOf(notice) };
}
