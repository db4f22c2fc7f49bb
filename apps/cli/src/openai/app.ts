import { createHash, timingSafeEqual } from "node:crypto";
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Door } from "./door.ts";
import { RefusedRequest, toOpenAiError } from "./errors.ts";
import { chatRoutes } from "./routes/chat-routes.ts";
import { fileRoutes } from "./routes/file-routes.ts";
import { jobRoutes } from "./routes/job-routes.ts";
import { modelRoutes } from "./routes/model-routes.ts";
import type { Store } from "./store.ts";

/** As OpenAI allows for one file, with what is around it in a form. */
const mostBytes = 513 * 1024 ** 2;

/** OpenAI's way of asking for fine-tuning, without listening. */
export function createOpenAiApp(door: Door): Hono {
  const app = new Hono();
  app.onError((thrown, c) => {
    const { status, error } = toOpenAiError(thrown);
    return c.json({ error }, status as 400);
  });
  app.notFound(({ req }) => {
    throw new RefusedRequest(`Unknown request URL: ${req.method} ${req.path}`, {
      status: 404,
      code: "unknown_url",
    });
  });
  app.use("/v1/*", withKey(door.store), bodyLimit({ maxSize: mostBytes, onError: refuseLarge }));
  app.route("/v1/files", fileRoutes(door));
  app.route("/v1/fine_tuning/jobs", jobRoutes(door));
  app.route("/v1/models", modelRoutes(door));
  app.route("/v1/chat/completions", chatRoutes(door));
  return app;
}

function refuseLarge(): never {
  throw new RefusedRequest("The request is larger than 512 MB", { status: 413 });
}

/** Lets in whoever has the key that was shown once. A page elsewhere has not, wherever it has its name resolved to. */
function withKey({ state }: Store): MiddlewareHandler {
  return async (c, next) => {
    const [, key = ""] = (c.req.header("authorization") ?? "").split(" ");
    if (!timingSafeEqual(Buffer.from(digestOf(key)), Buffer.from(state.keySha256)))
      throw new RefusedRequest("Incorrect API key provided: send the one that trainchain serve printed.", {
        status: 401,
        code: "invalid_api_key",
      });
    await next();
  };
}

/** What is kept of a key. */
export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
