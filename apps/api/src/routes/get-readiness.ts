import { createRoute, z } from "@hono/zod-openapi";
import { TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "get",
  path: "/readyz",
  tags: ["platform"],
  summary: "Whether database and chain answer",
  responses: { 200: json(z.object({ status: z.literal("ready") }), "Both answer"), ...errors() },
});

export function getReadiness({ connection, chain, platform }: Deps) {
  return routeApp().openapi(route, async (c) => {
    await connection.sql`select 1`;
    const chainId = await chain.getChainId().catch(() => undefined);
    if (chainId !== platform.chainId) {
      throw new TrainChainError("chain-unavailable", `the chain ${platform.chainId} does not answer`, {
        fix: "Check RPC_URL and CHAIN_ID.",
      });
    }
    return c.json({ status: "ready" as const }, 200);
  });
}
