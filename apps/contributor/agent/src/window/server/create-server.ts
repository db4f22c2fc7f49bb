import { toChainError } from "@trainchain/chain";
import { openAppSchema } from "@trainchain/protocol";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContributorApp } from "../create-app.ts";
import type { Doorkeeper } from "./guard.ts";
import { readBody } from "./read-body.ts";
import { earningRoutes } from "./routes/earning-routes.ts";
import { jobRoutes } from "./routes/job-routes.ts";
import { machineRoutes } from "./routes/machine-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { type ReadAsset, serveScreens } from "./screens.ts";
import { securityHeaders } from "./security-headers.ts";
import { streamEvents } from "./stream-events.ts";

const maxBodyBytes = 64 * 1024;

export interface ServerOptions {
  app: ContributorApp;
  readAsset: ReadAsset;
  door: Doorkeeper;
  /** "127.0.0.1:port", once it is known. */
  address: () => string;
}

/** The contributor app's local server: its screens, and what they may ask of the agent. */
export function createServer({ app, readAsset, door, address }: ServerOptions): Hono {
  const server = new Hono();

  server.onError((error, c) => {
    const { status, code, message, fix } = toChainError(error);
    return c.json({ error: { code, message, fix: fix ?? null, requestId: "app" } }, status as 400);
  });
  server.use(securityHeaders, door.sameOrigin, bodyLimit({ maxSize: maxBodyBytes }));
  server.post("/api/open", async (c) => {
    const { code } = await readBody(c, openAppSchema);
    door.open(c, code);
    return c.body(null, 204);
  });
  server.post("/api/codes", (c) => {
    const [, token = ""] = (c.req.header("authorization") ?? "").split(" ");
    return c.json({ code: door.issueCodeFor(token) });
  });

  server.use("/api/*", door.opened, async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
  });
  server.get("/api/state", (c) => c.json(app.state()));
  server.get("/api/events", (c) => streamEvents(c, app));
  server.route("/api", machineRoutes(app));
  server.route(
    "/api",
    sessionRoutes(app, () => `http://${address()}`),
  );
  server.route("/api", jobRoutes(app));
  server.route("/api", earningRoutes(app));
  server.all("/api/*", (c) =>
    c.json({ error: { code: "not-found", message: "no such address", fix: null, requestId: "app" } }, 404),
  );

  serveScreens(server, readAsset);
  return server;
}
