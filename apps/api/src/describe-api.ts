import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./http/app-env.ts";
import { sessionCookie } from "./http/sessions.ts";
import { nameSchemas, toJson } from "./name-schemas.ts";
import { uploadRoutes } from "./uploads/upload-routes.ts";

/** GET /openapi.json, and what no route declares by itself: the kinds of session and the tus paths. */
export function describeApi(app: OpenAPIHono<AppEnv>, publicUrl: string): void {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  registry.registerComponent("securitySchemes", "cookie", {
    type: "apiKey",
    in: "cookie",
    name: sessionCookie,
  });
  for (const route of uploadRoutes) registry.registerPath(route);
  // Made at the first request, when all routes are there.
  let document: string | undefined;
  app.get("/openapi.json", (c) => {
    document ??= toJson(
      nameSchemas(
        app,
        app.getOpenAPI31Document({
          openapi: "3.1.0",
          info: { title: "TrainChain", version: "0.1.0", license: { name: "MIT" } },
          servers: [{ url: publicUrl }],
        }),
      ),
    );
    return c.body(document, 200, { "content-type": "application/json" });
  });
}
