import { createRoute, z } from "@hono/zod-openapi";
import { findUpload } from "@trainchain/db/market";
import { uploadViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { unknownUpload } from "../uploads/receive-uploads.ts";

const route = createRoute({
  method: "get",
  operationId: "getUploadStatus",
  path: "/uploads-status/{id}",
  tags: ["uploads"],
  summary: "What became of an upload",
  security: signedIn,
  middleware: requireSession,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 200: json(uploadViewSchema, "The upload"), ...errors(400, 401, 404) },
});

export function getUploadStatus({ connection, uploads }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const upload = await findUpload(connection.db, { id, owner: callerOf(c).wallet });
    if (!upload) throw unknownUpload(id);
    // All bytes here but no note of it: we were stopped, or storage failed, in between.
    const late = !upload.finishedAt && (await uploads.hasAllBytes(upload));
    const cid = late ? await uploads.finish(upload) : upload.cid;
    return c.json(
      {
        id,
        purpose: upload.purpose as "dataset" | "adapter",
        sizeBytes: upload.sizeBytes,
        finished: late || upload.finishedAt !== null,
        cid,
      },
      200,
    );
  });
}
