import { createRoute, z } from "@hono/zod-openapi";
import { isContentOfOurs } from "@trainchain/db";
import { cidSchema, TrainChainError } from "@trainchain/protocol";
import type { ByteRange } from "@trainchain/storage";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { parseRange } from "../http/byte-range.ts";
import { bytesSchema, errors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const content = { "application/octet-stream": { schema: bytesSchema } };

const route = createRoute({
  method: "get",
  operationId: "getContent",
  path: "/ipfs/{cid}",
  tags: ["content"],
  summary: "Stored bytes by their CID, as they are stored: ciphertext for whatever is private",
  description:
    "Only what the platform itself has stored: specs, shards, adapters, reasons and results. Where it keeps the bytes on its own disk, they are also given from any byte on (Range), to resume a download.",
  request: { params: z.object({ cid: cidSchema }) },
  responses: {
    200: { description: "The bytes", content },
    206: { description: "The bytes of the range", content },
    304: { description: "Unchanged, as always" },
    ...errors(400, 404, 416),
  },
});

/** Content never changes, so a range of it can be kept and continued for ever. */
export function getContent({ connection, storage }: Deps) {
  const isOurs = rememberYes((cid) => isContentOfOurs(connection.db, cid));
  return routeApp().openapi(route, async (c) => {
    const { cid } = c.req.valid("param");
    // A store may fetch from all of IPFS: what is not of ours is not fetched for anybody.
    if (!(await isOurs(cid))) throw unknownContent(cid);
    const etag = `"${cid}"`;
    const headers = { etag, "cache-control": "public, max-age=31536000, immutable" };
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
    const sizeBytes = await storage.sizeOf?.(cid);
    const head = {
      ...headers,
      "content-type": "application/octet-stream",
      ...(sizeBytes === undefined ? {} : { "accept-ranges": "bytes", "content-length": String(sizeBytes) }),
    };
    // An answer whose body nobody reads would keep its file open. Hono answers HEAD by its GET routes.
    if (c.req.method === "HEAD") {
      if (storage.sizeOf ? sizeBytes === undefined : !(await storage.has(cid))) throw unknownContent(cid);
      return c.body(null, 200, head);
    }
    const range = sizeBytes === undefined ? undefined : rangeOf(c, etag, sizeBytes);
    if (range && storage.getRange) {
      const { first, last } = range;
      return c.body(await storage.getRange(cid, range), 206, {
        ...headers,
        "content-type": "application/octet-stream",
        "content-range": `bytes ${first}-${last}/${sizeBytes}`,
        "content-length": String(last - first + 1),
      });
    }
    return c.body(await storage.get(cid), 200, head);
  });
}

const mostRemembered = 10_000;

/** Asks once for what is so: content of ours may be removed, and then the store does not find it. */
function rememberYes(ask: (cid: string) => Promise<boolean>): (cid: string) => Promise<boolean> {
  const known = new Set<string>();
  return async (cid) => {
    if (known.has(cid)) return true;
    if (!(await ask(cid))) return false;
    if (known.size >= mostRemembered) known.clear();
    known.add(cid);
    return true;
  };
}

function unknownContent(cid: string): TrainChainError {
  return new TrainChainError("not-found", `the platform has stored no content ${cid}`, {
    fix: "Check the CID; content that no paid job uses is kept for a while only.",
    facts: { cid },
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
