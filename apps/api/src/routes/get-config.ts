import { createRoute } from "@hono/zod-openapi";
import { sendsMail as findSendsMail, offersReplay } from "@trainchain/db/market";
import { baseModelViewSchema, configViewSchema, tokenBytesOf } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  operationId: "getConfig",
  path: "/config",
  tags: ["platform"],
  summary: "The network, the escrow, the base models and the limits",
  responses: { 200: json(configViewSchema, "What a client must know first"), ...errors() },
});

export function getConfig({ connection, escrowFacts, platform, limits, price }: Deps) {
  let [replays, sendsMail] = [true, false];
  return routeApp().openapi(route, async (c) => {
    const { feeBps, version: escrowVersion } = await escrowFacts.get();
    // What was so last does while the database is away: whoever only looks needs nothing else of it.
    [replays, sendsMail] = await Promise.all([
      offersReplay(connection.db),
      findSendsMail(connection.db),
    ]).catch(() => [replays, sendsMail] as const);
    const { chainId, chainName, rpcUrl, explorerUrl, escrow, aggregator } = platform;
    const { contactEmail, sourceUrl, fundingUrl } = platform;
    const models = platform.models.map((model) =>
      baseModelViewSchema.parse({ ...model, tokenBytes: tokenBytesOf(model) ?? null }),
    );
    const { uploadBytes, adapterBytes } = limits;
    return c.json(
      {
        ...{ chainId, chainName, rpcUrl, explorerUrl, escrow, aggregator },
        ...{ contactEmail, sourceUrl, fundingUrl },
        ...{ feeBps, escrowVersion, leastShareWei: platform.leastShareWei.toString() },
        relaysAcceptances: platform.acceptances !== undefined && escrowVersion !== "1",
        models,
        ...{ replays, sendsMail },
        fiat: price.current(),
        limits: { uploadBytes, adapterBytes },
      },
      200,
    );
  });
}
