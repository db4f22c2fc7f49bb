import { type LookupAddress, lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { webhookLimits } from "@trainchain/protocol";
import type { NoticeRequest } from "./notice-request.ts";
import { isPublicAddress } from "./public-address.ts";

export interface Posting extends NoticeRequest {
  /** Whether http and addresses that are not public are allowed: the operator's to say. */
  allowPrivate: boolean;
}

/** The status that was answered, or why there was none. */
export type Posted = { status: number; error: null } | { status: null; error: string };

/**
 * Sends a notice. An address is judged when it is connected to, so that a name cannot lead elsewhere then; no redirect and no change of protocol is followed, and of the
 * answer only the status is read. Whatever the other side does, it is over within `webhookLimits.answerMs`.
 */
export function postNotice({ url, headers, body, allowPrivate }: Posting): Promise<Posted> {
  const at = new URL(url);
  const host = at.hostname.replace(/^\[|\]$/g, "");
  const refusal = allowPrivate ? undefined : refusalOf(at.protocol, host);
  if (refusal) return Promise.resolve({ status: null, error: refusal });
  const request = at.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const sent = request(
      at,
      {
        method: "POST",
        headers: { "user-agent": "TrainChain", ...headers },
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

/** What went wrong, in few words: a connection's own may hold addresses of our network. */
function wordsOf(error: NodeJS.ErrnoException): string {
  return error.message === notPublic ? notPublic : `no connection (${error.code ?? error.name})`;
}
