import { createRoute, z } from "@hono/zod-openapi";
import { tokenizerViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { findModel } from "../jobs/find-model.ts";

const route = createRoute({
  method: "get",
  operationId: "getTokenizer",
  path: "/tokenizer",
  tags: ["platform"],
  summary: "A base model's tokenizer and chat template, to count a dataset's tokens with before it is sent",
  request: { query: z.object({ model: z.string().min(1).max(300) }) },
  responses: { 200: json(tokenizerViewSchema, "As its repository has them"), ...errors(400, 404) },
});

export function getTokenizer({ platform, tokenizers }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const view = await tokenizers(findModel(platform, c.req.valid("query").model));
    return c.json(view, 200, { "cache-control": "public, max-age=3600" });
  });
}
