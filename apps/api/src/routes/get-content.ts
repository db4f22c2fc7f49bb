import { createRoute, z } from "@hono/zod-openapi";
import { cidSchema } from "@trainchain/protocol";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { type ByteRange, firstBytes, parseRange } from "../http/byte-range.ts";
import { bytesSchema, errors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const content = { "application/octet-stream": { schema: bytesSchema } };

const route = createRoute({
  method: "get",
  path: "/ipfs/{cid}",
  tags: ["content"],
  summary: "Stored bytes by their CID, as they are stored: ciphertext for whatever is private",
  description:
    "Content kept by the platform itself is also given from any byte on (Range), to resume a download.",
  request: { params: z.object({ cid: cidSchema }) },
  responses: {
    200: { description: "The bytes", content },
    206: { description: "The bytes of the range", content },
    304: { description: "Unchanged, as always" },
    ...errors(400, 404, 416),
  },
});

/** Content never changes, so a range of it can be kept and continued for ever. */
export function getContent({ storage }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { cid } = c.req.valid("param");
    const etag = `"${cid}"`;
    const headers = { etag, "cache-control": "public, max-age=31536000, immutable" };
    if (c.req.header("if-none-match") === etag && (await storage.has(cid))) return c.body(null, 304, headers);
    const sizeBytes = await storage.sizeOf?.(cid);
    const range = sizeBytes === undefined ? undefined : rangeOf(c, etag, sizeBytes);
    if (range) {
      const { first, last } = range;
      // What precedes the range is read and hashed too: only whole content can be checked.
      const stream = firstBytes(await storage.get(cid, { offset: first }), last - first + 1);
      return c.body(stream, 206, {
        ...headers,
        "content-type": "application/octet-stream",
        "content-range": `bytes ${first}-${last}/${sizeBytes}`,
        "content-length": String(last - first + 1),
      });
    }
    const stream = await storage.get(cid);
    return c.body(stream, 200, {
      ...headers,
      "content-type": "application/octet-stream",
      ...(sizeBytes === undefined ? {} : { "accept-ranges": "bytes", "content-length": String(sizeBytes) }),
    });
  });
}

/** The range asked for, unless the client asks for it of other content than this. */
function rangeOf(c: Context, etag: string, sizeBytes: number): ByteRange | undefined {
  const condition = c.req.header("if-range");
  if (condition !== undefined && condition !== etag) return undefined;
  try {
    return parseRange(c.req.header("range"), sizeBytes);
  } catch (error) {
    c.header("content-range", `bytes */${sizeBytes}`);
    throw error;
  }
}
