import { TrainChainError } from "@trainchain/protocol";
import type { Context } from "hono";
import type { z } from "zod";

/** The request's JSON body, as the schema says it must be; no body counts as an empty object. */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await c.req.text();
  const parsed = schema.safeParse(parseJson(text === "" ? "{}" : text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TrainChainError("invalid-input", `${issue?.path.join(".") || "body"}: ${issue?.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TrainChainError("invalid-input", "the body is not JSON");
  }
}
