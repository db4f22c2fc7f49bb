import { type ErrorCode, errorBodySchema, errorTable, TrainChainError } from "@trainchain/protocol";
import type { z } from "zod";

/** Asks the agent on this machine; its refusals are thrown with their message and fix. */
export async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (body !== undefined) {
    init.headers = { "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const response = await fetch(`/api/${path}`, init).catch((cause: unknown) => {
    throw new TrainChainError("timeout", "the app on this machine does not answer", {
      fix: "Start it again with: npm run contributor",
      cause,
    });
  });
  if (response.ok) return response;
  const parsed = errorBodySchema.safeParse(await response.json().catch(() => undefined));
  const { code, message, fix } = parsed.data?.error ?? {
    code: "internal",
    message: `the app answered ${response.status}`,
    fix: null,
  };
  throw new TrainChainError(code in errorTable ? (code as ErrorCode) : "internal", message, {
    fix: fix ?? undefined,
  });
}

/** As `send`, with an answer that the schema describes. */
export async function ask<Schema extends z.ZodType>(
  schema: Schema,
  method: string,
  path: string,
  body?: unknown,
): Promise<z.output<Schema>> {
  return schema.parse(await (await send(method, path, body)).json());
}
