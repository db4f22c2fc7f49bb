import { createRoute } from "@hono/zod-openapi";
import { listWithdrawableBalances } from "@trainchain/db/market";
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

export function getBalance({ connection, platform }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const balances = await listWithdrawableBalances(connection.db, callerOf(c).wallet);
    const own = balances.find(({ escrow }) => escrow === platform.escrow);
    const elsewhere = balances
      .filter((balance) => balance !== own)
      .map(({ escrow, amountWei }) => ({ escrow, withdrawableWei: amountWei.toString() }));
    return c.json({ withdrawableWei: (own?.amountWei ?? 0n).toString(), elsewhere }, 200);
  });
}
