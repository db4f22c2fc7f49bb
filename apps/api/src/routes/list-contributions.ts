import { createRoute } from "@hono/zod-openapi";
import { type ContributionRecord, listContributions as listContributionRecords } from "@trainchain/db/market";
import {
  addressSchema,
  type ContributionView,
  contributionViewSchema,
  isTaken,
  latestPayment,
  pageOf,
  pageSchema,
} from "@trainchain/protocol";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { cursorBigint, cursorMoment, readCursor, toPage } from "../http/paging.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";

const route = createRoute({
  method: "get",
  operationId: "listContributions",
  path: "/me/contributions",
  tags: ["me"],
  summary: "The caller's slots, newest first, with what was paid for them",
  security: signedIn,
  middleware: requireSession,
  request: { query: pageSchema },
  responses: { 200: json(pageOf(contributionViewSchema), "A page of contributions"), ...errors(400, 401) },
});

const cursorSchema = z.tuple([cursorMoment, cursorBigint, addressSchema]);

export function listContributions({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const after = readCursor(cursor, cursorSchema);
    const rows = await listContributionRecords(connection.db, {
      contributor: callerOf(c).wallet,
      after: after && { acceptedAt: after[0], jobId: after[1], escrow: after[2] },
      limit: limit + 1,
    });
    const page = toPage(
      rows,
      limit,
      ({ slot }) => [slot.acceptedAt, slot.jobId.toString(), slot.escrow],
      toContributionView,
    );
    return c.json(page, 200);
  });
}

function toContributionView({
  slot,
  job,
  model,
  adapterCid,
  relayError,
  transactionsByEvent: by,
}: ContributionRecord): ContributionView {
  const mayBePaid = job.status === "open" && isTaken(slot);
  const feeWei = (job.stakeWei * BigInt(job.feeBps)) / 10_000n;
  return {
    jobId: slot.jobId.toString(),
    escrow: slot.escrow,
    jobStatus: job.status,
    model,
    slot: slot.slot,
    status: slot.status,
    deadline: slot.deadline?.toISOString() ?? null,
    acceptedAt: slot.acceptedAt.toISOString(),
    adapterCid,
    paidWei: slot.paidWei?.toString() ?? null,
    pendingWei: mayBePaid ? ((job.stakeWei - feeWei) / BigInt(job.maxContributors)).toString() : null,
    paidBy: mayBePaid ? (latestPayment(job)?.toISOString() ?? null) : null,
    transactions: {
      accepted: by.JobAccepted ?? null,
      submitted: by.AdapterSubmitted ?? null,
      ended: by.JobCompleted ?? by.AdapterRejected ?? by.SlotReleased ?? null,
    },
    relayError,
  };
}
