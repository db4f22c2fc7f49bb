import type { z } from "@hono/zod-openapi";
import { createdDraftViewSchema } from "@trainchain/protocol";
import { idempotencyHeaders } from "../http/idempotency.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../http/responses.ts";
import { requireSession } from "../http/sessions.ts";

/** What the routes that request a job say alike, of whatever kind it is; `schema` is what such a job is asked for with. */
export function jobRequestRoute<Schema extends z.ZodType>(schema: Schema) {
  return {
    method: "post" as const,
    tags: ["jobs"],
    security: signedIn,
    middleware: requireSession,
    request: { headers: idempotencyHeaders, body: jsonBody(schema) },
    responses: {
      202: json(createdDraftViewSchema, "The draft; its preparation is queued"),
      ...bodyErrors(400, 401, 404, 409),
    },
  };
}
