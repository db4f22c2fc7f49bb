import { isDatabaseDown } from "@trainchain/db";
import { type ErrorBody, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import type { Context, ErrorHandler, Hono, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import type { ZodError } from "zod";
import type { AppEnv } from "./app-env.ts";

/** The one place where a failure becomes an answer. Details of an internal one go to the log only. */
export function respondWithError(logger: Logger): ErrorHandler<AppEnv> {
  return (thrown, c) => {
    const error = explain(thrown);
    if (error.status >= 500) logger.error({ err: thrown }, error.message);
    const retryAfter = error.facts.retryAfterSeconds;
    if (typeof retryAfter === "number") c.header("retry-after", String(retryAfter));
    return c.json(errorBody(error, c), error.status as ContentfulStatusCode);
  };
}

/** Says that there is nothing at the path, or, where there is, which methods it takes. */
export function respondNotFound(app: Pick<Hono<AppEnv>, "routes">): NotFoundHandler<AppEnv> {
  return (c) => {
    const methods = methodsOf(app.routes, c.req.path);
    if (methods.length > 0) c.header("allow", methods.join(", "));
    const error = new TrainChainError(
      methods.length > 0 ? "method-not-allowed" : "not-found",
      `there is no ${c.req.method} ${c.req.path}`,
      { fix: "GET /openapi.json lists everything there is." },
    );
    return c.json(errorBody(error, c), error.status as ContentfulStatusCode);
  };
}

function methodsOf(routes: Hono<AppEnv>["routes"], path: string): string[] {
  const here = routes.filter(
    (route) => route.method !== "ALL" && new RegExp(`^${route.path.replace(/:[^/]+/g, "[^/]+")}$`).test(path),
  );
  const methods = new Set(here.map(({ method }) => method));
  return [...methods, ...(methods.has("GET") ? ["HEAD"] : [])].sort();
}

export function errorBody(error: TrainChainError, c: Context<AppEnv>): ErrorBody {
  const internal = error.code === "internal";
  const { problems } = error.facts;
  return {
    error: {
      code: error.code,
      message: internal ? "something went wrong on our side" : error.message,
      fix: internal ? "Try again; if it happens again, report the request id." : (error.fix ?? null),
      requestId: c.get("requestId"),
    },
    ...(Array.isArray(problems) ? { problems } : {}),
  };
}

/** A schema's complaint as an error with one problem a place. */
export function invalidInput(error: ZodError): TrainChainError {
  const problems = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const [first] = problems;
  return new TrainChainError(
    "invalid-input",
    first?.path ? `${first.path}: ${first.message}` : (first?.message ?? "the input is not valid"),
    { fix: "Correct the fields named in problems; GET /openapi.json describes them.", facts: { problems } },
  );
}

/** Hook of every route's validation. */
export function refuseInvalid(result: { success: boolean; error?: unknown }): void {
  if (!result.success) throw invalidInput(result.error as ZodError);
}

function explain(thrown: unknown): TrainChainError {
  if (thrown instanceof HTTPException) return fromHttpException(thrown);
  // An error of ours has a name for its cause, which may be a lost connection to something else.
  if (!(thrown instanceof TrainChainError) && isDatabaseDown(thrown)) {
    return new TrainChainError("database-unavailable", "the database does not answer", {
      fix: "Try again in a moment.",
      cause: thrown,
    });
  }
  return toTrainChainError(thrown);
}

function fromHttpException(thrown: HTTPException): TrainChainError {
  switch (thrown.status) {
    case 400:
      return new TrainChainError("invalid-input", thrown.message || "the request cannot be read", {
        fix: "Send valid JSON with content-type: application/json.",
        cause: thrown,
      });
    case 415:
      return new TrainChainError("unsupported-media", "the request's body is no JSON by its content-type", {
        fix: "Send JSON with content-type: application/json.",
        cause: thrown,
      });
    case 413:
      return new TrainChainError("too-large", "the request's body is too large", {
        fix: "Send files by POST /uploads.",
        cause: thrown,
      });
    case 504:
      return new TrainChainError("timeout", "this took too long", { fix: "Try again.", cause: thrown });
    default:
      return toTrainChainError(thrown);
  }
}
