import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { assertReady } from "../monitoring/assert-ready.ts";

const route = createRoute({
  method: "get",
  operationId: "getReadiness",
  path: "/readyz",
  tags: ["platform"],
  summary: "Whether database and chain answer, and jobs' changes are heard of",
  responses: { 200: json(z.object({ status: z.literal("ready") }), "They do"), ...errors() },
});

export function getReadiness(deps: Deps) {
  return routeApp().openapi(route, async (c) => {
    await assertReady(deps);
    return c.json({ status: "ready" as const }, 200);
  });
}
