import { createRoute } from "@hono/zod-openapi";
import { findWithdrawableBalance } from "@trainchain/db/market";
import { balanceViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";

const route = createRoute({
  method: "get",
  operationId: "getBalance",
  path: "/me/balance",
  tags: ["me"],
  summary: "What the caller can withdraw from the escrow",
  security: signedIn,
  middleware: requireSession,
  responses: { 200: json(balanceViewSchema, "The balance"), ...errors(401) },
});

export function getBalance({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const amountWei = await findWithdrawableBalance(connection.db, callerOf(c).wallet);
    return c.json({ withdrawableWei: amountWei.toString() }, 200);
  });
}
