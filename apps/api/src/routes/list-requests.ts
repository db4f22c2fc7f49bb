import { createRoute } from "@hono/zod-openapi";
import {
  listAggregations,
  listDraftsById,
  listJobsByKey,
  listRequests as listRequestKeys,
  type RequestKey,
} from "@trainchain/db/market";
import {
  abilities,
  type ListedRequest,
  outcomeOf,
  pageOf,
  pageSchema,
  requestViewSchema,
} from "@trainchain/protocol";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { cursorMoment, readCursor, toPage } from "../http/paging.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { draftViewer } from "../jobs/draft-view.ts";
import { withSlots } from "../jobs/job-record.ts";
import { toJobView } from "../jobs/job-view.ts";

const route = createRoute({
  method: "get",
  operationId: "listRequests",
  path: "/me/requests",
  tags: ["me"],
  summary: "The caller's requests, newest first: drafts that are not on chain yet, and jobs",
  security: signedIn,
  middleware: requireSession,
  request: { query: pageSchema },
  responses: { 200: json(pageOf(requestViewSchema), "A page of requests"), ...errors(400, 401) },
});

const cursorSchema = z.tuple([cursorMoment, z.string().max(100)]);

export function listRequests(deps: Deps) {
  const { connection, platform } = deps;
  const { db } = connection;
  const { escrow } = platform;

  async function load(keys: readonly RequestKey[], requester: string): Promise<Map<string, ListedRequest>> {
    const draftIds = keys.filter(({ type }) => type === "draft").map(({ key }) => key);
    const jobKeys = keys.filter(({ type }) => type === "job").map(({ key }) => toJobKey(key));
    const [drafts, jobs, results, view] = await Promise.all([
      listDraftsById(db, { ids: draftIds, escrow }),
      listJobsByKey(db, jobKeys).then((records) => withSlots(db, records)),
      listAggregations(db, jobKeys),
      draftViewer(deps),
    ]);
    const outcomes = new Map(
      results.map((one) => [`${one.escrow}/${one.jobId}`, outcomeOf(one.result)] as const),
    );
    return new Map<string, ListedRequest>([
      ...drafts.map((draft) => [draft.id, { type: "draft", draft: view(draft) }] as const),
      ...jobs.map(
        (record) =>
          [
            `${record.job.escrow}/${record.job.jobId}`,
            {
              type: "job",
              job: toJobView(record, { wallet: requester, abilities }, platform),
              outcome: outcomes.get(`${record.job.escrow}/${record.job.jobId}`) ?? null,
            },
          ] as const,
      ),
    ]);
  }

  return routeApp().openapi(route, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const requester = callerOf(c).wallet;
    const after = readCursor(cursor, cursorSchema);
    const keys = await listRequestKeys(db, {
      requester,
      escrow,
      after: after && { createdAt: after[0], key: after[1] },
      limit: limit + 1,
    });
    const page = toPage(
      keys,
      limit,
      ({ createdAt, key }) => [createdAt, key],
      (key) => key,
    );
    const views = await load(page.items, requester);
    const items = page.items.flatMap(({ type, key }) => {
      const { escrow: jobEscrow, jobId } = type === "job" ? toJobKey(key) : { escrow: "", jobId: 0n };
      return views.get(type === "job" ? `${jobEscrow}/${jobId}` : key) ?? [];
    });
    return c.json({ ...page, items }, 200);
  });
}

function toJobKey(key: string): { escrow: string; jobId: bigint } {
  const [escrow = "", jobId = "0"] = key.split("/");
  return { escrow, jobId: BigInt(jobId) };
}
