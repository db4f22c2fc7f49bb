import { type RouteConfig, z } from "@hono/zod-openapi";
import { errorBodySchema } from "@trainchain/protocol";
import { signedIn } from "../http/responses.ts";

const tusVersion = z.object({ "tus-resumable": z.literal("1.0.0") });
const byId = z.object({ id: z.string() });

function answers(
  success: Record<number, string>,
  ...refusals: (keyof typeof meanings)[]
): RouteConfig["responses"] {
  const content = { "application/json": { schema: errorBodySchema } };
  return Object.fromEntries([
    ...Object.entries(success).map(([status, description]) => [status, { description }]),
    ...refusals.map((status) => [status, { description: meanings[status], content }]),
  ]);
}

const meanings = {
  400: "A header is missing or not valid",
  401: "Not signed in",
  403: "A cookie's write needs its own site",
  404: "No such upload of yours, no slot that awaits an adapter, or a boundary that is not asked for",
  409: "The offset is not where the upload stands, or more lies here unpaid than may",
  412: "Tus-Resumable is missing or another version",
  413: "Larger than such a file may be",
  429: "Too many requests; Retry-After says when to try again",
  503: "The database or the storage does not answer",
  507: "The disk is nearly full; Retry-After says when to try again",
} as const;

/** The tus paths as OpenAPI describes them; the tus server itself answers. */
export const uploadRoutes: RouteConfig[] = [
  {
    method: "post",
    operationId: "beginUpload",
    path: "/uploads",
    tags: ["uploads"],
    summary:
      "Begin an upload (tus 1.0.0); metadata: filename, purpose (dataset, adapter or boundary), jobId for the last two, boundary and path for the last",
    security: signedIn,
    request: { headers: tusVersion.extend({ "upload-length": z.string(), "upload-metadata": z.string() }) },
    responses: answers(
      { 201: "Begun; Location is its address" },
      400,
      401,
      403,
      404,
      409,
      412,
      413,
      429,
      503,
      507,
    ),
  },
  {
    method: "head",
    operationId: "getUploadOffset",
    path: "/uploads/{id}",
    tags: ["uploads"],
    summary: "Where an upload of the caller stands",
    security: signedIn,
    request: { params: byId, headers: tusVersion },
    responses: answers({ 200: "Upload-Offset says how many bytes are here" }, 401, 404, 412, 429, 503),
  },
  {
    method: "patch",
    operationId: "sendUploadBytes",
    path: "/uploads/{id}",
    tags: ["uploads"],
    summary: "Send bytes from Upload-Offset on",
    security: signedIn,
    request: { params: byId, headers: tusVersion.extend({ "upload-offset": z.string() }) },
    responses: answers({ 204: "Received" }, 400, 401, 403, 404, 409, 412, 413, 429, 503, 507),
  },
  {
    method: "delete",
    operationId: "deleteUpload",
    path: "/uploads/{id}",
    tags: ["uploads"],
    summary: "Give up an upload that no request was made with",
    security: signedIn,
    request: { params: byId, headers: tusVersion },
    responses: answers({ 204: "Forgotten" }, 400, 401, 403, 404, 412, 429, 503),
  },
];
