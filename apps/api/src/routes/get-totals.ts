import { createRoute } from "@hono/zod-openapi";
import { getTotals as getTotalsRecord } from "@trainchain/db/market";
import { totalsViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  operationId: "getTotals",
  path: "/totals",
  tags: ["platform"],
  summary: "Jobs, contributors and money paid so far, counted from the chain's events",
  responses: { 200: json(totalsViewSchema, "The totals"), ...errors() },
});

export function getTotals({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => c.json(await getTotalsRecord(connection.db), 200));
}
