import { createRoute } from "@hono/zod-openapi";
import { setGpuTier as storeGpuTier } from "@trainchain/db/market";
import { profileViewSchema, setGpuTierSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { readProfile } from "./get-profile.ts";

const route = createRoute({
  method: "put",
  operationId: "setGpuTier",
  path: "/profile/gpu-tier",
  tags: ["me"],
  summary: "Say what the caller's machine has",
  security: signedIn,
  middleware: requireSession,
  request: { body: jsonBody(setGpuTierSchema) },
  responses: { 200: json(profileViewSchema, "The profile"), ...bodyErrors(400, 401) },
});

export function setGpuTier({ connection }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { gpuTier, measured } = c.req.valid("json");
    const { wallet } = callerOf(c);
    await storeGpuTier(db, { wallet, gpuTier, gpuMeasured: measured });
    return c.json(await readProfile(db, wallet), 200);
  });
}
