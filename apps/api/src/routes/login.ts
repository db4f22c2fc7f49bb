import { randomBytes } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { consumeNonce, createSession, hasNonce } from "@trainchain/db/market";
import { loginSchema, loginViewSchema, TrainChainError } from "@trainchain/protocol";
import { setCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import { bodyErrors, json, jsonBody } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { sessionCookie, tokenDigest } from "../http/sessions.ts";
import { assertSigned, readLoginMessage } from "../login/verify-login.ts";

const route = createRoute({
  method: "post",
  operationId: "login",
  path: "/auth/login",
  tags: ["auth"],
  summary: "Open a session with a signed EIP-4361 message",
  request: { body: jsonBody(loginSchema) },
  responses: {
    200: json(loginViewSchema, "The session; its token is shown this once"),
    ...bodyErrors(400, 401),
  },
});

export function login({ connection, chain, platform, limits }: Deps) {
  const secure = platform.publicUrl.startsWith("https:");
  return routeApp().openapi(route, async (c) => {
    const { message, signature } = c.req.valid("json");
    const now = new Date();
    const claim = readLoginMessage(message, platform, now);
    // Signatures that the chain has to judge cost the node's work: none without a nonce that was asked for.
    if (!(await hasNonce(connection.db, claim.nonce, now))) throw unknownNonce();
    await assertSigned(chain, claim, signature as `0x${string}`);
    // Used up by a valid signature alone, so that nobody spoils another's sign-in; at once, so that two open one session.
    if (!(await consumeNonce(connection.db, claim.nonce, now))) throw unknownNonce();
    const token = randomBytes(32).toString("base64url");
    const expiresAt = new Date(now.getTime() + limits.sessionMs);
    await createSession(connection.db, { tokenSha256: tokenDigest(token), wallet: claim.wallet, expiresAt });
    setCookie(c, sessionCookie, token, {
      httpOnly: true,
      sameSite: "Strict",
      secure,
      path: "/",
      // Not as a date: the browser's clock may be days ahead of ours.
      maxAge: Math.floor(limits.sessionMs / 1_000),
    });
    return c.json({ token, wallet: claim.wallet, expiresAt: expiresAt.toISOString() }, 200);
  });
}

function unknownNonce(): TrainChainError {
  return new TrainChainError("signature-invalid", "the nonce is unknown, used or expired", {
    fix: "Ask for a new one with POST /auth/nonce.",
  });
}
