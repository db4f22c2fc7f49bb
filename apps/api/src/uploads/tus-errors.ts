import { type ErrorCode, TrainChainError } from "@trainchain/protocol";
import type { Context } from "hono";
import type { AppEnv } from "../http/app-env.ts";
import { errorBody } from "../http/errors.ts";

const codes: Record<number, ErrorCode> = {
  404: "not-found",
  409: "conflict",
  410: "gone",
  413: "too-large",
  415: "unsupported-media",
  423: "not-ready",
};

/** A refusal of the tus server keeps its status, which tus clients know, and gets the body that all our errors have. */
export async function asErrorBody(response: Response, c: Context<AppEnv>): Promise<Response> {
  if (response.status < 400 || c.req.method === "HEAD") return response;
  const code = codes[response.status] ?? (response.status < 500 ? "invalid-input" : "internal");
  const message = (await response.text()).trim() || `the upload was refused (${response.status})`;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("content-type", "application/json");
  const error = new TrainChainError(code, message, {
    fix: "See tus.io/protocols/resumable-upload; ask with HEAD where the upload stands, and go on from there.",
  });
  return new Response(JSON.stringify(errorBody(error, c)), { status: response.status, headers });
}
