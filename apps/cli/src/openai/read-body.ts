import type { Context } from "hono";
import type { z } from "zod";
import { RefusedRequest, refusalOf } from "./errors.ts";

/** A request's JSON, as it must be. */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body: unknown = await c.req.json().catch(() => {
    throw new RefusedRequest("We could not parse the JSON body of your request.");
  });
  return parsed(schema.safeParse(body));
}

/** A request's query, as it must be. */
export function readQuery<Schema extends z.ZodType>(c: Context, schema: Schema): z.output<Schema> {
  return parsed(schema.safeParse(c.req.query()));
}

function parsed<Output>(result: z.ZodSafeParseResult<Output>): Output {
  if (result.success) return result.data;
  throw refusalOf(result.error);
}
