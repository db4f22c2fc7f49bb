import { createHmac } from "node:crypto";
import { type LookupAddress, lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { webhookLimits } from "@trainchain/protocol";
import { isPublicAddress } from "./public-address.ts";

export interface Posting {
  url: string;
  /** webhook-id: whoever gets a notice twice knows it by this. */
  id: string;
  body: string;
  /** `whsec_` and base64, as its owner was told. */
  secret: string;
  /** Whether http and addresses that are not public are allowed: the operator's to say. */
  allowPrivate: boolean;
}

/** The status that was answered, or why there was none. */
export type Posted = { status: number; error: null } | { status: null; error: string };

/**
 * Sends a notice, signed as Standard Webhooks say (https://www.standardwebhooks.com). An address is judged when it is
 * connected to, so that a name cannot lead elsewhere then; no redirect and no change of protocol is followed, and of the
 * answer only the status is read. Whatever the other side does, it is over within `webhookLimits.answerMs`.
 */
export function postNotice({ url, id, body, secret, allowPrivate }: Posting): Promise<Posted> {
  const at = new URL(url);
  const host = at.hostname.replace(/^\[|\]$/g, "");
  const refusal = allowPrivate ? undefined : refusalOf(at.protocol, host);
  if (refusal) return Promise.resolve({ status: null, error: refusal });
  const timestamp = Math.floor(Date.now() / 1_000).toString();
  const request = at.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const sent = request(
      at,
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "TrainChain",
          "webhook-id": id,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
        },
        ...(allowPrivate ? {} : { lookup: lookupPublic }),
        // A connection of its own: none that another notice was judged by.
        agent: false,
      },
      (answer) => end({ status: answer.statusCode ?? 0, error: null }),
    );
    const end = (posted: Posted) => {
      clearTimeout(deadline);
      sent.destroy();
      resolve(posted);
    };
    // Not a signal of the request: after a change of protocol it would end nothing.
    const deadline = setTimeout(
      () => end({ status: null, error: `no answer within ${webhookLimits.answerMs / 1_000} s` }),
      webhookLimits.answerMs,
    );
    sent.on("upgrade", ({ statusCode = 101 }, socket) => {
      socket.destroy();
      end({ status: statusCode, error: null });
    });
    sent.on("error", (error) => end({ status: null, error: wordsOf(error) }));
    sent.on("close", () => end({ status: null, error: "no connection (closed)" }));
    sent.end(body);
  });
}

function refusalOf(protocol: string, host: string): string | undefined {
  if (protocol !== "https:") return "only https is sent to";
  return isIP(host) && !isPublicAddress(host) ? notPublic : undefined;
}

const notPublic = "the address is not one of the public internet";

/** A name's addresses, where all of them are public. */
const lookupPublic: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, []);
    if (!found.every(({ address }) => isPublicAddress(address))) return callback(new Error(notPublic), []);
    const [first] = found;
    if (options.all) return callback(null, found);
    callback(null, first?.address ?? "", first?.family);
  });
};

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return createHmac("sha256", key).update(text).digest("base64");
}

/** What went wrong, in few words: a connection's own may hold addresses of our network. */
function wordsOf(error: NodeJS.ErrnoException): string {
  return error.message === notPublic ? notPublic : `no connection (${error.code ?? error.name})`;
}
