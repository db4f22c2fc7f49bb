import { createRoute } from "@hono/zod-openapi";
import { listContributors } from "@trainchain/db/market";
import {
  addressSchema,
  contributorSorts,
  contributorViewSchema,
  pageOf,
  pageSchema,
} from "@trainchain/protocol";
import { z } from "zod";
import { toContributorView } from "../contributors/contributor-view.ts";
import type { Deps } from "../deps.ts";
import { readCursor, toPage } from "../http/paging.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  operationId: "listContributorPool",
  path: "/jobs/contributor-pool",
  tags: ["contributing"],
  summary: "Everybody who ever accepted a job, best first",
  request: {
    query: pageSchema.extend({
      sort: z.enum(contributorSorts).default("standing"),
      search: z.string().trim().min(2).max(42).optional(),
    }),
  },
  responses: { 200: json(pageOf(contributorViewSchema), "A page of contributors"), ...errors(400) },
});

const cursorSchema = z.tuple([z.enum(contributorSorts), z.number(), addressSchema]);

export function listContributorPool({ connection, platform }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { limit, cursor, sort, search } = c.req.valid("query");
    const after = readCursor(
      cursor,
      cursorSchema.refine(([of]) => of === sort),
    );
    const rows = await listContributors(connection.db, {
      sort,
      search,
      after: after && { rank: after[1], contributor: after[2] },
      limit: limit + 1,
    });
    const page = toPage(
      rows,
      limit,
      ({ rank, stats }) => [sort, rank, stats.contributor],
      (row) => toContributorView(row, platform),
    );
    return c.json(page, 200);
  });
}
