import { randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { enqueueTask } from "@trainchain/db";
import { isMailRefused, createWebhook as keepWebhook, sendsMail } from "@trainchain/db/market";
import {
  createdWebhookViewSchema,
  createWebhookSchema,
  mailAddressOf,
  TrainChainError,
  webhookLimits,
} from "@trainchain/protocol";
import { webhookSecretOf } from "@trainchain/storage";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import type { AppEnv } from "../http/app-env.ts";
import { clientNetworks } from "../http/client-address.ts";
import { type RateLimiter, tooMany } from "../http/rate-limit.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { assertOnCurve } from "../notices/assert-on-curve.ts";
import { mailboxDigestOf, waitingSince } from "../notices/mail-links.ts";
import { toWebhookView } from "./list-webhooks.ts";

const route = createRoute({
  method: "post",
  operationId: "createWebhook",
  path: "/me/webhooks",
  tags: ["me"],
  summary:
    "Have what concerns the caller's wallet sent to an address, signed as Standard Webhooks say, to an ntfy topic, to an e-mail address that confirms it, or to a browser that has subscribed",
  security: signedIn,
  middleware: requireSession,
  request: { body: jsonBody(createWebhookSchema) },
  responses: {
    201: json(createdWebhookViewSchema, "The address; its secret is shown this once"),
    ...bodyErrors(400, 401, 409),
  },
});

export function createWebhook({ connection, platform, keyRing }: Deps, limiter: RateLimiter) {
  /** An e-mail goes to whoever reads the address, so it is asked first whether it may; resolves with its mailbox's digest. */
  async function assertMayMail(c: Context<AppEnv>, url: string): Promise<string> {
    if (!(await sendsMail(connection.db)))
      throw new TrainChainError("invalid-input", "url: this platform sends no e-mail", {
        fix: "Give an address that begins with https:// or ntfy://.",
      });
    const mailbox = mailboxDigestOf(url);
    if (await isMailRefused(connection.db, mailbox, new Date(Date.now() - webhookLimits.refusedMs)))
      throw new TrainChainError("conflict", "whoever reads this e-mail address wants nothing from here", {
        fix: "Give another.",
      });
    await countAs("mail", c, mailbox);
    return mailbox;
  }

  /** Counts one after the other: who has none left uses up nobody else's. */
  async function countAs(
    routeClass: "webhook" | "mail",
    c: Context<AppEnv>,
    mailbox?: string,
  ): Promise<void> {
    const { network, site } = clientNetworks(c, platform.trustProxy);
    const named = { wallet: callerOf(c).wallet, network, site, mailbox };
    for (const party of ["wallet", "network", "site", "mailbox"] as const) {
      const name = named[party];
      const waitMs = name === undefined ? 0 : await limiter.take(routeClass, party, name);
      if (waitMs > 0) throw tooMany(waitMs);
    }
  }

  return routeApp().openapi(route, async (c) => {
    const { url, keys } = c.req.valid("json");
    if (keys) assertOnCurve(keys);
    if (!platform.allowPrivateWebhooks && url.startsWith("http:"))
      throw new TrainChainError("invalid-input", "url: only https is sent to", {
        fix: "Give an address that begins with https://.",
      });
    const isMail = mailAddressOf(url) !== undefined;
    await countAs("webhook", c);
    const mailbox = isMail ? await assertMayMail(c, url) : undefined;
    const [id, { wallet }, createdAt] = [randomUUID(), callerOf(c), new Date()];
    const confirmedAt = isMail ? null : createdAt;
    const webhook = { id, wallet, url, createdAt, confirmedAt, pushKeys: keys ?? null };
    const most = webhookLimits.perWallet;
    const asking = { most, mailbox, waitingSince: waitingSince() };
    const isKept = await connection.db.transaction(async (tx) => {
      if (!(await keepWebhook(tx, webhook, asking))) return false;
      const key = `send-notices/webhook/${webhook.id}`;
      await enqueueTask(tx, "send-notices", { webhookId: webhook.id }, { key });
      return true;
    });
    if (!isKept)
      throw new TrainChainError("conflict", `you have ${most} addresses already`, {
        fix: "Delete one first (DELETE /me/webhooks/{id}).",
      });
    const secret = isMail || keys ? null : await webhookSecretOf(keyRing, id);
    return c.json({ ...toWebhookView(webhook), secret }, 201);
  });
}
