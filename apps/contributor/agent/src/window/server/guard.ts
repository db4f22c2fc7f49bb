import { randomBytes, timingSafeEqual } from "node:crypto";
import { TrainChainError } from "@trainchain/protocol";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

/** A window that was not opened by then needs a new code. */
const codeLastsMs = 10 * 60_000;

export interface Doorkeeper {
  /** Lets in only this machine's own page: the right Host, and on writes the right Origin. */
  sameOrigin: MiddlewareHandler;
  /** Lets in only windows that were opened with a code. */
  opened: MiddlewareHandler;
  /** A new code that opens one window, once. */
  issueCode(): string;
  /** The same for another start of the app, which proves itself by this launch's token. */
  issueCodeFor(token: string): string;
  /** Exchanges a code for the window's cookie. */
  open(c: Context, code: string): void;
}

/**
 * Keeps other programs, other users and every web page away from the app's server. A page elsewhere can send
 * requests to 127.0.0.1 and can have its own name resolved to it, so the address alone proves nothing: Host and
 * Origin must be ours, and a window must have shown a code. A code passes through a browser's command line, which
 * other users of the machine can read: it works once, so that a stolen one is noticed, or comes too late.
 */
export function createDoorkeeper(launchToken: string, address: () => string): Doorkeeper {
  const pass = randomBytes(32).toString("base64url");
  const codes = new Map<string, number>();
  // Cookies do not know ports: without the port in its name, another local app's could take its place.
  const cookieName = () => `trainchain_app_${address().split(":")[1]}`;

  function issueCode(): string {
    const code = randomBytes(32).toString("base64url");
    codes.set(code, Date.now() + codeLastsMs);
    return code;
  }

  return {
    async sameOrigin(c, next) {
      const origin = c.req.header("origin");
      const isRead = c.req.method === "GET" || c.req.method === "HEAD";
      const site = c.req.header("sec-fetch-site") ?? "same-origin";
      const fits =
        c.req.header("host") === address() &&
        (origin === `http://${address()}` || (isRead && origin === undefined)) &&
        (site === "same-origin" || (isRead && site === "none"));
      if (!fits)
        throw new TrainChainError("forbidden", "this address answers only the app's own window", {
          fix: "Open the app's window with: npm run contributor",
        });
      await next();
    },
    async opened(c, next) {
      if (!isSame(getCookie(c, cookieName()) ?? "", pass))
        throw new TrainChainError("not-signed-in", "this window was not opened by the app", {
          fix: "Open it with: npm run contributor",
        });
      await next();
    },
    issueCode,
    issueCodeFor(token) {
      if (isSame(token, launchToken)) return issueCode();
      throw new TrainChainError("forbidden", "that is not this launch's token");
    },
    open(c, code) {
      const lastsUntil = codes.get(code) ?? 0;
      codes.delete(code);
      if (Date.now() > lastsUntil)
        throw new TrainChainError("forbidden", "the window's link has been used or is too old", {
          fix: "Open a new window with: npm run contributor",
        });
      setCookie(c, cookieName(), pass, { httpOnly: true, sameSite: "Strict", path: "/" });
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
