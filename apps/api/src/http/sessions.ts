import { createHash } from "node:crypto";
import { findSession } from "@trainchain/db/market";
import { abilities, abilitiesHeader, addressSchema, TrainChainError } from "@trainchain/protocol";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import type { AppEnv, Session } from "./app-env.ts";

export const sessionCookie = "trainchain_session";

/** What is stored of a token: whoever reads the table cannot sign in with it. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Finds out who calls. A token that is unknown or expired makes nobody of the caller. */
export function resolveSession({ connection, platform }: Deps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(c.req.header("authorization") ?? "")?.[1];
    const token = bearer ?? getCookie(c, sessionCookie);
    if (token) {
      const tokenSha256 = tokenDigest(token);
      const found = await findSession(connection.db, tokenSha256, new Date());
      if (found) {
        const from = bearer ? "bearer" : "cookie";
        const session: Session = { ...found, wallet: addressSchema.parse(found.wallet), tokenSha256, from };
        if (from === "cookie")
          assertSameSite(c, [new URL(platform.publicUrl).origin, ...platform.webOrigins]);
        c.set("session", session);
      }
    }
    await next();
  };
}

function assertSameSite(c: Context, origins: readonly string[]): void {
  if (["GET", "HEAD", "OPTIONS"].includes(c.req.method)) return;
  if (origins.includes(c.req.header("origin") ?? "")) return;
  throw new TrainChainError(
    "forbidden",
    "a signed-in browser may change things only from the platform's own pages",
    {
      fix: "Send the token in the Authorization header, or call from the platform's site.",
    },
  );
}

/** Who looks at a job, and what its agent can do. */
export interface Viewer {
  wallet: string | undefined;
  abilities: readonly string[];
}

/** The caller as a viewer. Agents hold a token; whoever does not is a person who only looks. */
export function viewerOf(c: Context<AppEnv>): Viewer {
  const session = c.get("session");
  const told = c.req.header(abilitiesHeader)?.slice(0, 1_000).split(",") ?? [];
  return { wallet: session?.wallet, abilities: session?.from === "bearer" ? told : abilities };
}

/** Lets only signed-in callers pass; comes before validation, so that strangers learn nothing from it. */
export const requireSession: MiddlewareHandler<AppEnv> = async (c, next) => {
  callerOf(c);
  await next();
};

/** The signed-in wallet. */
export function callerOf(c: Context<AppEnv>): Session {
  const session = c.get("session");
  if (session) return session;
  throw new TrainChainError("not-signed-in", "this needs a signed-in wallet", {
    fix: "Sign in with POST /auth/nonce and POST /auth/login, then send the token as Authorization: Bearer.",
  });
}
