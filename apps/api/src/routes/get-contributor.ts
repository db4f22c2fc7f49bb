import { createRoute } from "@hono/zod-openapi";
import { type ClosedSlot, listClosedSlots } from "@trainchain/db/market";
import { type ContributorProfileView, contributorProfileViewSchema, isContested } from "@trainchain/protocol";
import { contributorParams, getContributorRecord } from "../contributors/contributor-params.ts";
import { toContributorView } from "../contributors/contributor-view.ts";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  operationId: "getContributor",
  path: "/jobs/contributor-pool/{profileId}",
  tags: ["contributing"],
  summary: "One contributor with its closed jobs",
  request: { params: contributorParams },
  responses: { 200: json(contributorProfileViewSchema, "The contributor"), ...errors(400, 404) },
});

const shownJobs = 50;

export function getContributor({ connection, platform }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const record = await getContributorRecord({ connection }, c.req.valid("param").profileId);
    const { contributor, jobsAccepted } = record.stats;
    const closed = await listClosedSlots(connection.db, { contributor, limit: shownJobs });
    // What of them came of a refusal that has not taken effect is not known yet.
    const history = closed.filter((slot) => !isContested(slot)).map(toEntry);
    return c.json({ ...toContributorView(record, platform), jobsAccepted, history }, 200);
  });
}

function toEntry(slot: ClosedSlot): ContributorProfileView["history"][number] {
  return {
    jobId: slot.jobId.toString(),
    escrow: slot.escrow,
    kind: slot.kind,
    outcome: outcomeOf(slot),
    acceptedAt: slot.acceptedAt.toISOString(),
    closedAt: slot.closedAt?.toISOString() ?? null,
  };
}

function outcomeOf({ paidWei, status }: ClosedSlot): "paid" | "rejected" | "released" | "not-delivered" {
  if (paidWei !== null) return "paid";
  return status === "rejected" || status === "released" ? status : "not-delivered";
}
