import { createRoute } from "@hono/zod-openapi";
import type { Executor } from "@trainchain/db";
import { findProfile } from "@trainchain/db/market";
import { type ProfileView, profileViewSchema } from "@trainchain/protocol";
import { completionRateOf } from "../contributors/completion-rate.ts";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";

const route = createRoute({
  method: "get",
  operationId: "getProfile",
  path: "/profile",
  tags: ["me"],
  summary: "The caller's profile as a contributor",
  security: signedIn,
  middleware: requireSession,
  responses: { 200: json(profileViewSchema, "The profile"), ...errors(401) },
});

export function getProfile({ connection }: Deps) {
  return routeApp().openapi(route, async (c) =>
    c.json(await readProfile(connection.db, callerOf(c).wallet), 200),
  );
}

export async function readProfile(db: Executor, wallet: string): Promise<ProfileView> {
  const { gpuTier, gpuMeasured, profileId, stats } = await findProfile(db, wallet);
  return {
    wallet,
    profileId,
    gpuTier,
    gpuMeasured: gpuMeasured ?? false,
    jobsAccepted: stats?.jobsAccepted ?? 0,
    jobsCompleted: stats?.jobsCompleted ?? 0,
    completionRate: stats && completionRateOf(stats),
    earnedWei: (stats?.earnedWei ?? 0n).toString(),
    requesters: stats?.requesters ?? 0,
    memberSince: stats?.memberSince.toISOString() ?? null,
  };
}
