import { createRoute } from "@hono/zod-openapi";
import { TrainChainError } from "@trainchain/protocol";
import { contributorParams, getContributorRecord } from "../contributors/contributor-params.ts";
import type { Deps } from "../deps.ts";
import { errors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  operationId: "openContributorExplorer",
  path: "/jobs/contributor-pool/{profileId}/explorer",
  tags: ["contributing"],
  summary: "On to the block explorer's page of a contributor",
  request: { params: contributorParams },
  responses: { 302: { description: "To the block explorer" }, ...errors(400, 404) },
});

export function openContributorExplorer({ connection, platform }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { stats } = await getContributorRecord({ connection }, c.req.valid("param").profileId);
    if (platform.explorerUrl) return c.redirect(`${platform.explorerUrl}/address/${stats.contributor}`, 302);
    throw new TrainChainError("not-found", "this network has no block explorer");
  });
}
