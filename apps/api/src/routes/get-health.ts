import { createRoute, z } from "@hono/zod-openapi";
import { json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  operationId: "getHealth",
  path: "/healthz",
  tags: ["platform"],
  summary: "Whether the process runs",
  responses: { 200: json(z.object({ status: z.literal("ok") }), "It runs") },
});

export function getHealth() {
  return routeApp().openapi(route, (c) => c.json({ status: "ok" as const }, 200));
}
