import { createRoute } from "@hono/zod-openapi";
import { findSlot } from "@trainchain/db/market";
import { findReplay, listBoundaries } from "@trainchain/db/replays";
import { boundaryContext, replayViewSchema } from "@trainchain/protocol";
import { sealedBytesOf } from "@trainchain/storage";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { noSlot } from "./get-assignment.ts";

const route = createRoute({
  method: "get",
  operationId: "getReplay",
  path: "/jobs/{jobId}/replay",
  tags: ["contributing"],
  summary: "Which states of the caller's training are to be handed over (POST /uploads), and until when",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams },
  responses: { 200: json(replayViewSchema, "What was drawn of its delivery"), ...errors(400, 401, 404) },
});

export function getReplay({ connection: { db }, platform, keyRing }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const contributor = callerOf(c).wallet;
    const { escrow, chainId } = platform;
    const key = { escrow, jobId, contributor };
    const [slot, replay] = await Promise.all([findSlot(db, key), findReplay(db, key)]);
    if (!slot) throw noSlot(jobId);
    c.header("cache-control", "no-store");
    if (!replay || replay.check !== null) return c.json({ asked: null }, 200);
    const { segments, drawn, asked, openBy, boundaryBytes } = replay;
    const here = new Set(
      (await listBoundaries(db, key)).flatMap(({ boundary, cid }) => (cid ? boundary : [])),
    );
    const sealedTo = { chainId, contract: escrow, jobId, slot: slot.slot, contributor };
    const boundaries = await Promise.all(
      asked.map(async (boundary) => ({
        boundary,
        recipient: await keyRing.recipientFor(boundaryContext({ ...sealedTo, boundary })),
        isHere: here.has(boundary),
      })),
    );
    const maxBytes = sealedBytesOf(boundaryBytes);
    return c.json({ asked: { segments, drawn, boundaries, openBy: openBy.toISOString(), maxBytes } }, 200);
  });
}
