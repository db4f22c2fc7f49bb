import { randomBytes, timingSafeEqual } from "node:crypto";
import { TrainChainError } from "@trainchain/protocol";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

export interface Doorkeeper {
  /** Lets in only this machine's own page: the right Host, and on writes the right Origin. */
  sameOrigin: MiddlewareHandler;
  /** Lets in only windows that were opened with this launch's token. */
  opened: MiddlewareHandler;
  /** Exchanges the launch's token for the window's cookie. */
  open(c: Context, token: string): void;
}

/**
 * Keeps other programs, other users and every web page away from the app's server. A page elsewhere can send
 * requests to 127.0.0.1 and can have its own name resolved to it, so the address alone proves nothing: Host and
 * Origin must be ours, and a window must have shown the launch's token, which only the program that opened it knows.
 */
export function createDoorkeeper(launchToken: string, address: () => string): Doorkeeper {
  const pass = randomBytes(32).toString("base64url");
  // Cookies do not know ports: without the port in its name, another local app's could take its place.
  const cookieName = () => `trainchain_app_${address().split(":")[1]}`;

  return {
    async sameOrigin(c, next) {
      const origin = c.req.header("origin");
      const isRead = c.req.method === "GET" || c.req.method === "HEAD";
      const site = c.req.header("sec-fetch-site") ?? "none";
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
    open(c, token) {
      if (!isSame(token, launchToken))
        throw new TrainChainError("forbidden", "the window's link is of another launch", {
          fix: "Open a new one with: npm run contributor",
        });
      setCookie(c, cookieName(), pass, { httpOnly: true, sameSite: "Strict", path: "/" });
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
