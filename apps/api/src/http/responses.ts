import { z } from "@hono/zod-openapi";
import { errorBodySchema } from "@trainchain/protocol";

const meanings = {
  400: "The input is not valid",
  401: "Not signed in, or the signature is wrong",
  403: "Not yours to do",
  404: "No such thing, or not yours to know",
  409: "Not possible in the present state",
  413: "Too large",
  415: "The body is no JSON by its content-type",
  416: "Beyond the end of the content",
  429: "Too many requests; Retry-After says when to try again",
  503: "The database, the chain or the storage does not answer",
  504: "Took too long",
} as const;

export type ErrorStatus = keyof typeof meanings;

const errorContent = { "application/json": { schema: errorBodySchema } };

/** The error answers of a route. Any route may be asked too often, and any may meet a neighbour that is down. */
export function errors<Status extends ErrorStatus = never>(...statuses: Status[]) {
  const all = [...statuses, 429, 503, 504] as const;
  return Object.fromEntries(
    all.map((status) => [status, { description: meanings[status as ErrorStatus], content: errorContent }]),
  ) as Record<Status | 429 | 503 | 504, { description: string; content: typeof errorContent }>;
}

/** The same for a route that changes something: a cookie needs its own site, and bodies are bounded. */
export function writeErrors<Status extends ErrorStatus = never>(...statuses: Status[]) {
  return errors<Status | 403 | 413>(403, 413, ...statuses);
}

/** The same for a route that takes JSON. */
export function bodyErrors<Status extends ErrorStatus = never>(...statuses: Status[]) {
  return writeErrors<Status | 415>(415, ...statuses);
}

export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** OpenAPI's mark of a route that needs a session. */
export const signedIn: Record<string, string[]>[] = [{ bearer: [] }, { cookie: [] }];

export const bytesSchema = z.string().openapi({ type: "string", format: "binary" });
