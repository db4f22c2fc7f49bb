import { createRoute } from "@hono/zod-openapi";
import { countTotals } from "@trainchain/db/market";
import { totalsViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  path: "/totals",
  tags: ["platform"],
  summary: "Jobs, contributors and money paid so far, counted from the chain's events",
  responses: { 200: json(totalsViewSchema, "The totals"), ...errors() },
});

/** For how long a count is good enough: every visitor of the start page asks. */
const freshMs = 5_000;

export function getTotals({ connection }: Deps) {
  let counted: { totals: Promise<Awaited<ReturnType<typeof countTotals>>>; atMs: number } | undefined;
  return routeApp().openapi(route, async (c) => {
    if (!counted || Date.now() - counted.atMs > freshMs) {
      counted = { totals: countTotals(connection.db), atMs: Date.now() };
      // A failure is told to those who wait for it and forgotten.
      counted.totals.catch(() => {
        counted = undefined;
      });
    }
    return c.json(await counted.totals, 200);
  });
}
