import { createRoute, z } from "@hono/zod-openapi";
import { cidSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { bytesSchema, errors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  path: "/ipfs/{cid}",
  tags: ["content"],
  summary: "Stored bytes by their CID, as they are stored: ciphertext for whatever is private",
  request: { params: z.object({ cid: cidSchema }) },
  responses: {
    200: { description: "The bytes", content: { "application/octet-stream": { schema: bytesSchema } } },
    304: { description: "Unchanged, as always" },
    ...errors(400, 404),
  },
});

export function getContent({ storage }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { cid } = c.req.valid("param");
    const etag = `"${cid}"`;
    const headers = { etag, "cache-control": "public, max-age=31536000, immutable" };
    if (c.req.header("if-none-match") === etag && (await storage.has(cid))) return c.body(null, 304, headers);
    const stream = await storage.get(cid);
    return c.body(stream, 200, { ...headers, "content-type": "application/octet-stream" });
  });
}
